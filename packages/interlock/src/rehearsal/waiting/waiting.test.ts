import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyMigration } from "../../migration/apply.ts";
import { migrationsOf } from "../../migration/read.ts";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import type { Workload } from "../../workload/workload.ts";
import { makeBaseline, type Baseline } from "../baseline.ts";
import { rehearse } from "../rehearse.ts";
import type { RecordedStep } from "../step-effects.ts";

// What PostgreSQL locks, rewrites, reads and keeps waiting for each kind of statement, found by running it.

const start = `
create table customers (id bigint generated always as identity primary key, email text not null unique);
create table orders (
  id uuid primary key default gen_random_uuid(), customer_id bigint not null references customers (id),
  cents integer not null, note text, proven text, code varchar(20));
alter table orders add constraint proof check (proven is not null);
create index orders_cents on orders (cents);
create unique index orders_code on orders (code);
create domain amount as integer;
create table holders (held amount);
create table parts (id integer, at date) partition by range (at);
create table parts_rest partition of parts default;
create table parts_new (id integer, at date);
create materialized view mails as select id, email from customers;
create unique index on mails (id);
create type mood as enum ('good', 'bad');
create view emails as select email from customers;`;

const old: Workload = {
  format: "interlock-workload/1",
  app: "shop",
  version: "1.0.0",
  statements: Object.entries({
    readOrder: "select id, cents, note from orders where id = $1",
    addOrder: "insert into orders (customer_id, cents, note, proven) values ($1, $2, $3, 'p')",
    markOrder: "update orders set note = $1 where id = $2",
    readCustomer: "select id, email from customers where email = $1",
    markCustomer: "update customers set email = $1 where id = $2",
    lockCustomer: "select id from customers where id = $1 for update",
    readView: "select email from emails",
    readParts: "select id from parts where at = $1",
    addPart: "insert into parts (id, at) values ($1, $2)",
    readMails: "select id from mails",
    addHolder: "insert into holders (held) values ($1)",
  }).map(([name, sql]) => ({ name, sql })),
};

const orders = ["addOrder", "markOrder", "readOrder"];
const ordersWrites = ["addOrder", "markOrder"];
/** An order that is added looks up its customer, under a lock of its own. */
const customers = ["addOrder", "lockCustomer", "markCustomer", "readCustomer", "readView"];
const parts = ["addPart", "readParts"];

interface Kind {
  sql: string;
  /** The strongest lock on a table that was there before. */
  lock?: string;
  rewrites?: string[];
  /** What takes longer the larger a table is: "verify public.orders". */
  work?: string[];
  waits?: string[];
}

const kinds: Record<string, Kind> = {
  "adding a column": {
    sql: "alter table orders add column a text default 'web'",
    lock: "AccessExclusiveLock",
    waits: orders,
  },
  "adding a column of values that differ": {
    sql: "alter table orders add column a uuid default gen_random_uuid()",
    lock: "AccessExclusiveLock",
    rewrites: ["public.orders"],
    work: ["rewrite public.orders"],
    waits: orders,
  },
  "another type, with other bytes": {
    sql: "alter table orders alter cents type bigint",
    lock: "AccessExclusiveLock",
    rewrites: ["public.orders"],
    work: ["rewrite public.orders"],
    waits: orders,
  },
  "another type, with the same bytes": {
    sql: "alter table orders alter code type varchar(40)",
    lock: "AccessExclusiveLock",
    waits: orders,
  },
  "set not null": {
    sql: "alter table orders alter code set not null",
    lock: "AccessExclusiveLock",
    work: ["verify public.orders"],
    waits: orders,
  },
  "set not null behind a condition that proves it": {
    sql: "alter table orders alter proven set not null",
    lock: "AccessExclusiveLock",
    waits: orders,
  },
  "a condition": {
    sql: "alter table orders add check (cents is not null)",
    lock: "AccessExclusiveLock",
    work: ["verify public.orders"],
    waits: orders,
  },
  "a condition for new rows": {
    sql: "alter table orders add check (cents is not null) not valid",
    lock: "AccessExclusiveLock",
    waits: orders,
  },
  "validating a condition": {
    sql: "alter table orders validate constraint proof",
  },
  "a foreign key": {
    sql: "alter table orders add foreign key (customer_id) references customers (id)",
    lock: "ShareRowExclusiveLock",
    work: ["verify public.orders"],
    waits: ["addOrder", "markCustomer", "markOrder"],
  },
  "a foreign key for new rows": {
    sql: "alter table orders add foreign key (customer_id) references customers (id) not valid",
    lock: "ShareRowExclusiveLock",
    waits: ["addOrder", "markCustomer", "markOrder"],
  },
  "an index": {
    sql: "create index on orders (note)",
    lock: "ShareLock",
    work: ["index public.orders"],
    waits: ordersWrites,
  },
  "an index, concurrently": {
    sql: "create index concurrently on orders (note)",
    lock: "ShareUpdateExclusiveLock",
    work: ["index public.orders"],
  },
  "a constraint": {
    sql: "alter table orders add exclude using btree (id with =)",
    lock: "AccessExclusiveLock",
    work: ["index public.orders"],
    waits: orders,
  },
  "a constraint that takes over an index": {
    sql: "alter table orders add constraint once unique using index orders_code",
    lock: "AccessExclusiveLock",
    waits: orders,
  },
  "dropping an index": { sql: "drop index orders_cents", lock: "AccessExclusiveLock", waits: orders },
  "dropping an index, concurrently": { sql: "drop index concurrently orders_cents" },
  "dropping a column": {
    sql: "alter table orders drop column note",
    lock: "AccessExclusiveLock",
    waits: orders,
  },
  "renaming a column": {
    sql: "alter table orders rename note to remark",
    lock: "AccessExclusiveLock",
    waits: orders,
  },
  "dropping a table": { sql: "drop table holders", lock: "AccessExclusiveLock", waits: ["addHolder"] },
  "replacing a view": {
    sql: "create or replace view emails as select email from customers where id > 0",
    lock: "AccessExclusiveLock",
    waits: ["readView"],
  },
  "a trigger": {
    sql: "create trigger t before update on orders for each row execute function suppress_redundant_updates_trigger()",
    lock: "ShareRowExclusiveLock",
    waits: ordersWrites,
  },
  "attaching a partition": {
    sql: "alter table parts attach partition parts_new for values from ('2024-01-01') to ('2025-01-01')",
    lock: "AccessExclusiveLock",
    work: ["verify public.parts_new", "verify public.parts_rest"],
    waits: parts,
  },
  "a condition of a domain": {
    sql: "alter domain amount add check (value is not null)",
    lock: "ShareLock",
    work: ["verify public.holders"],
    waits: ["addHolder"],
  },
  "another value of an enum": { sql: "alter type mood add value 'fair'" },
  "vacuum full": {
    sql: "vacuum full customers",
    lock: "AccessExclusiveLock",
    rewrites: ["public.customers"],
    work: ["rewrite public.customers"],
    waits: customers,
  },
  cluster: {
    sql: "cluster customers using customers_pkey",
    lock: "AccessExclusiveLock",
    rewrites: ["public.customers"],
    work: ["rewrite public.customers"],
    waits: customers,
  },
  reindex: {
    sql: "reindex table customers",
    lock: "ShareLock",
    work: ["index public.customers"],
    waits: customers,
  },
  truncate: { sql: "truncate orders", lock: "AccessExclusiveLock", waits: orders },
  "refreshing a view": {
    sql: "refresh materialized view mails",
    lock: "AccessExclusiveLock",
    rewrites: ["public.mails"],
    work: ["read public.customers", "rewrite public.mails"],
    waits: ["readMails"],
  },
  "a comment": { sql: "comment on table orders is 'x'", lock: "ShareUpdateExclusiveLock" },
  "writing every row": {
    sql: "update customers set email = email || 'x'",
    lock: "RowExclusiveLock",
    work: ["change public.customers"],
    // The key that an order refers to is locked as well: the unique e-mail is a part of it.
    waits: ["addOrder", "lockCustomer", "markCustomer"],
  },
  "writing rows that are none here": {
    sql: "delete from orders where note = 'never'",
    lock: "RowExclusiveLock",
    work: ["change public.orders"],
    waits: ["markOrder"],
  },
  "writing rows by their key": {
    sql: "update orders set note = 'x' where id = '00000000-0000-0000-0000-000000000000'",
    lock: "RowExclusiveLock",
  },
  "a table of its own": {
    sql: "create table notes (id integer, customer_id bigint references customers (id))",
    lock: "ShareRowExclusiveLock",
    waits: ["markCustomer"],
  },
};

let shadow: Shadow;
let baseline: Baseline;
beforeAll(async () => {
  shadow = await openShadow();
  baseline = await makeBaseline({
    shadow,
    apply: async (client) => {
      await client.query(start);
    },
  });
});
afterAll(() => shadow.close());

async function stepsOf(sql: string, workload = old): Promise<readonly RecordedStep[]> {
  const [migration] = migrationsOf([{ path: "1.sql", text: sql }]);
  if (migration === undefined) throw new Error("there is one");
  const rehearsal = await rehearse({
    shadow,
    baseline,
    workloads: [{ workload, home: 0, states: [0], live: true }],
    changes: [{ label: "1.sql", apply: (client, after) => applyMigration(client, migration, after) }],
  });
  return rehearsal.changes[0]?.steps ?? [];
}

const strongest = [
  "AccessExclusiveLock",
  "ShareRowExclusiveLock",
  "ShareLock",
  "ShareUpdateExclusiveLock",
  "RowExclusiveLock",
];

function waitersOf({ traffic }: RecordedStep): string[] {
  return (traffic?.waits ?? []).flatMap(({ statements }) => statements.map(({ name }) => name)).toSorted();
}

function workOf({ traffic }: RecordedStep): string[] {
  return (traffic?.work ?? []).map(({ kind, relation }) => `${kind} ${relation}`).toSorted();
}

describe("what happens while PostgreSQL does it", () => {
  test.each(Object.entries(kinds))("%s", async (_, { sql, lock, rewrites = [], work = [], waits = [] }) => {
    const [step] = await stepsOf(sql);
    if (step === undefined) throw new Error("it is one step");
    const modes = new Set(
      step.locks.filter(({ relation }) => relation !== "public.notes").map(({ mode }) => mode),
    );
    const isValidation = sql.includes("validate constraint");
    expect({ lock: strongest.find((mode) => modes.has(mode)), rewrites: step.rewrites }).toEqual({
      lock: isValidation ? "ShareUpdateExclusiveLock" : lock,
      rewrites,
    });
    expect({ work: workOf(step), waits: waitersOf(step) }).toEqual({
      // What is valid already is not looked at again.
      work: isValidation ? [] : work,
      waits: waits.toSorted(),
    });
  });
});

test("what one step of a transaction has locked is its own, and lasts until the end of the transaction", async () => {
  const steps = await stepsOf(
    "alter table customers add column a text;\nalter table orders alter cents type bigint;\ncreate index on customers (email);",
  );
  expect(steps.map(waitersOf)).toEqual([customers, ["markOrder", "readOrder"], []]);
  expect(new Set(steps.map(({ traffic }) => traffic?.transaction)).size).toBe(1);
});

test("a statement that was sent to other tables by a step before it waits for those", async () => {
  const steps = await stepsOf(
    `create table log (id bigint generated always as identity);
     create function logged() returns trigger language plpgsql as 'begin insert into log default values; return new; end';
     create trigger logging after update on orders for each row execute function logged();
     create index concurrently on log (id);
     alter table log add column at timestamptz;`,
  );
  expect(waitersOf(steps.at(-1) as RecordedStep)).toEqual(["markOrder"]);
});

test("a table that the change has made holds nobody up, nor does one that it has emptied take time", async () => {
  const steps = await stepsOf(
    "create table made (id integer);\ninsert into made values (1);\nalter table made alter id type bigint;\ntruncate orders;\nalter table orders alter cents type bigint;",
  );
  expect(steps.flatMap(workOf)).toEqual([]);
  expect(steps.map(waitersOf)).toEqual([[], [], [], orders, []]);
});
