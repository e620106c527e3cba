import { createPayments, paidStatusPlan } from "../../packages/interlock/src/ship/example-change.ts";
import { planTestChange, type TestChange } from "../../packages/interlock/src/plan/testing-change.ts";
import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import type { Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import type { Client } from "./connections.ts";

/** A change to be killed in the middle of, with the schema and rows that it starts from. */
export interface CrashChange {
  name: string;
  plan: Plan;
  create: (client: Client) => Promise<void>;
  /** What the old version writes while the change is under way; the end must be the same whenever it does. */
  writes: string;
}

interface PlannedChange extends TestChange {
  name: string;
  rows: string;
  writes: string;
}

/** Between them they have steps of every kind, in every phase, with an undo and without. */
const planned: readonly PlannedChange[] = [
  {
    name: "types, names, a foreign key and a check",
    before: `create table customers (id bigint primary key, name text not null);
      create table orders (id bigint generated always as identity primary key, customer bigint not null,
        amount integer not null, note text);
      create index orders_amount on orders (amount);`,
    migration: `alter table orders alter column amount type bigint;
      alter table orders rename column note to remark;
      alter table orders add constraint amount_positive check (amount >= 0);
      alter table orders add constraint orders_customer foreign key (customer) references customers (id);`,
    old: [
      "insert into orders (customer, amount, note) values ($1, $2, $3)",
      "select id, amount, note from orders",
    ],
    new: ["insert into orders (customer, amount, remark) values ($1, $2, $3)"],
    rows: `insert into customers select i, 'customer ' || i from generate_series(1, 50) as i;
      insert into orders (customer, amount, note) select 1 + i % 50, i % 1000, 'note ' || i from generate_series(1, 6000) as i;`,
    writes: `insert into orders (customer, amount, note) values (7, 70, 'new'); update orders set note = 'old' where id = 5;
      delete from orders where id = 5999;`,
  },
  {
    name: "indexes that come and go, and a column that must be set",
    before: `create table orders (id bigint primary key, reference text not null, state text not null, parcels integer);
      create index orders_state on orders (state);`,
    migration: `drop index orders_state;
      create unique index orders_reference on orders (reference);
      create index orders_parcels on orders (parcels) where parcels > 1;
      alter table orders alter column parcels set not null;`,
    old: ["select * from orders where state = $1"],
    new: ["select * from orders where reference = $1"],
    rows: "insert into orders select i, 'reference ' || i, 'paid', i % 3 from generate_series(1, 5000) as i;",
    writes: `insert into orders values (5001, 'reference 5001', 'new', 2); update orders set parcels = 9 where id = 17;`,
  },
  {
    name: "a table without a key",
    before: "create table log (at timestamptz not null, text text, level integer);",
    migration: `-- interlock: down log.level = (case severity when 'high' then 5 else 1 end)
      alter table log add column severity text not null default 'low';
      update log set severity = case when level > 3 then 'high' else 'low' end;
      alter table log drop column level;`,
    old: ["insert into log (at, text, level) values (now(), $1, $2)"],
    new: ["insert into log (at, text, severity) values (now(), $1, $2)"],
    rows: "insert into log select timestamptz '2024-12-17' + i * interval '1 second', 'line ' || i, i % 7 from generate_series(1, 5000) as i;",
    writes: `insert into log values (timestamptz '2025-01-01', 'last', 6); update log set level = 1 where text = 'line 6';`,
  },
];

/** The changes, each planned and proved on the shadow once. */
export async function makeChanges(shadow: Shadow): Promise<CrashChange[]> {
  const changes = [...byHand];
  for (const { name, rows, writes, ...change } of planned) {
    const { plan } = await planTestChange(shadow, change);
    changes.push({
      name,
      plan,
      writes,
      create: async (client) => void (await client.query(`${change.before} ${rows}`)),
    });
  }
  return changes;
}

const people = { schema: "public", name: "people" };
const addresses = { schema: "public", name: "addresses" };

/** Written out by hand for what the planner puts elsewhere: an index dropped early and made again by the undo, and a copy. */
const droppedAndCopied: CrashChange = {
  name: "rows copied, an index dropped early",
  create: async (client) =>
    void (await client.query(`create table people (id bigint primary key, city text);
      create index people_by_city on people (city);
      insert into people select i, 'city ' || i % 90 from generate_series(1, 5000) as i;`)),
  writes: "insert into people values (0, null)",
  plan: {
    ...paidStatusPlan(),
    id: "chg-copy",
    old: [],
    new: [],
    phases: {
      expand: [
        {
          kind: "index",
          id: "expand-1",
          title: "drop index people_by_city",
          relations: [people],
          lock: "ShareUpdateExclusiveLock",
          undo: ["create index concurrently people_by_city on public.people (city)"],
          statement: "drop index concurrently people_by_city",
          index: { schema: "public", name: "people_by_city" },
        },
        {
          kind: "ddl",
          id: "expand-2",
          title: "create table addresses",
          relations: [],
          lock: "AccessExclusiveLock",
          statements: ["create table public.addresses (person bigint primary key, city text)"],
          undo: ["drop table public.addresses"],
        },
      ],
      migrate: [
        {
          kind: "copy",
          id: "migrate-1",
          title: "copy people to addresses",
          relations: [people, addresses],
          lock: "RowExclusiveLock",
          undo: null,
          relation: people,
          key: ["id"],
          target: addresses,
          columns: [
            { column: "person", expression: "people.id" },
            { column: "city", expression: "upper(people.city)" },
          ],
          match: ["person"],
          matchIsUnique: true,
          how: "insert",
          overriding: false,
          where: "people.city is not null",
        },
        {
          kind: "index",
          id: "migrate-2",
          title: "index on addresses",
          relations: [addresses],
          lock: "ShareUpdateExclusiveLock",
          undo: [],
          statement: "create index concurrently addresses_by_city on public.addresses (city)",
          index: { schema: "public", name: "addresses_by_city" },
        },
      ],
      contract: [
        {
          kind: "ddl",
          id: "contract-1",
          title: "drop people.city",
          relations: [people],
          lock: "AccessExclusiveLock",
          statements: ["alter table public.people drop column city"],
          undo: null,
        },
      ],
    },
  },
};

/** What needs no planner. */
export const byHand: readonly CrashChange[] = [
  {
    name: "booleans to a status",
    plan: paidStatusPlan(),
    create: (client) => createPayments(client, { rows: 8_000 }),
    writes: `insert into payments (id, is_paid) values (9001, true); update payments set is_refunded = true where id = 4;
      delete from payments where id = 7999;`,
  },
  droppedAndCopied,
];
