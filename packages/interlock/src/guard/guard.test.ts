import { DatabaseError, type Client } from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { useDatabase } from "../ship/testing-database.ts";
import { disableGuard } from "./disable-guard.ts";
import { enableGuard } from "./enable-guard.ts";
import { guardStatus } from "./guard-status.ts";

const database = useDatabase();

beforeEach(async () => {
  await database.client.query(`
    create table payments (id bigint primary key, amount integer);
    create index payments_by_amount on payments (amount);
    create view paid as select id from payments;
    create materialized view totals as select sum(amount) as total from payments;
    create type mood as enum ('good');
    create sequence numbers;
    create function one() returns integer language sql as 'select 1';
    insert into payments values (1, 100)`);
});

async function refusalOf(client: Client, sql: string): Promise<DatabaseError | undefined> {
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError) return error;
    throw error;
  }
}

const structural = [
  "alter table payments add column note text",
  "alter table payments alter column amount type bigint",
  "alter table payments rename to charges",
  "alter index payments_by_amount rename to x",
  "drop table payments cascade",
  "drop index payments_by_amount",
  "drop index concurrently payments_by_amount",
  "create table other (id bigint)",
  "create table other as select 1 as one",
  "select 1 as one into other",
  "create unlogged table other (id serial)",
  "create index on payments (amount)",
  "create unique index concurrently x on payments (amount)",
  "create index if not exists other on payments (amount)",
  "create view v as select 1",
  "create or replace view paid as select id from payments where amount > 0",
  "create materialized view m as select 1",
  "create or replace function one() returns integer language sql as 'select 2'",
  "drop function one()",
  "create type t as (a integer)",
  "alter type mood add value 'bad'",
  "alter type mood rename value 'good' to 'fine'",
  "create domain d as text",
  "alter sequence numbers increment 2",
  "create schema s",
  "create schema s create table t (id integer)",
  "drop schema interlock cascade",
  "drop function interlock.guard_drop() cascade",
  "drop function interlock.structure_permit()",
  "alter function interlock.guard_end() rename to x",
  "drop table interlock.guard_states, interlock.guard_passes",
  "drop owned by current_user",
  "create trigger t before insert on payments for each row execute function suppress_redundant_updates_trigger()",
  "create policy p on payments",
  "create rule r as on insert to payments do nothing",
  "create statistics s on id, amount from payments",
  "create publication p for table payments",
  "create cast (mood as integer) with inout",
  "do $$ begin execute 'alter table payments add column note text'; end $$",
  "begin; alter table payments add column note text; commit",
];

describe("what is refused", () => {
  test("everything structural, with the code of the guard, and nothing of it stays", async () => {
    await enableGuard(database.client, { by: "ada" });
    const before = await tables();
    for (const sql of structural) {
      const refusal = await refusalOf(database.client, sql);
      await database.client.query("rollback");
      expect({ sql, code: refusal?.code }).toEqual({
        sql,
        code: "IL003",
      });
    }
    expect(await tables()).toEqual(before);
  });

  test("the same when the session has temporary objects, which any command might mean", async () => {
    await enableGuard(database.client, { by: "ada" });
    await database.client.query("create temp table mine (id integer)");
    const before = await tables();
    for (const sql of structural) {
      const refusal = await refusalOf(database.client, sql);
      await database.client.query("rollback");
      expect({ sql, refused: refusal !== undefined }).toEqual({ sql, refused: true });
    }
    expect(await tables()).toEqual(before);
  });

  test("the message says what, since when and by whom, and what to do", async () => {
    await enableGuard(database.client, { by: "ada@desk", reason: "the database is in production" });
    const refusal = await refusalOf(database.client, "create table other (id bigint)");
    expect(refusal).toMatchObject({
      code: "IL003",
      message:
        "CREATE TABLE (public.other) is refused: the structure of this database changes through Interlock",
    });
    expect(refusal?.detail).toMatch(
      /^The guard is on since \d{4}-\d\d-\d\d \d\d:\d\d UTC, turned on by ada@desk \("the database is in production"\)\. Nothing was changed\.$/,
    );
    expect(refusal?.hint).toContain("interlock ship MIGRATION.sql --database URL");
    expect(refusal?.hint).toMatch(/interlock guard open --role \S+ --for 30min --reason/);
  });
});

describe("what is not refused", () => {
  const allowed = [
    "create temp table mine (id serial primary key, amount integer references pg_temp.base (id), check (amount > 0))",
    "create index on mine (amount)",
    "alter table mine add column note text default 'x'",
    "alter table mine alter column amount type bigint",
    "create temp view v as select * from mine",
    "create temp sequence q",
    "create trigger t before insert on mine for each row execute function suppress_redundant_updates_trigger()",
    "drop trigger t on mine",
    "create policy p on mine",
    "drop policy p on mine",
    "create rule r as on insert to mine do nothing",
    "drop rule r on mine",
    "create function pg_temp.two() returns integer language sql as 'select 2'",
    "drop function pg_temp.two()",
    "create type pg_temp.kind as enum ('a')",
    "select 1 as one into temp other",
    "drop table mine cascade",
    "reindex table payments",
    "reindex table concurrently payments",
    "refresh materialized view totals",
    "comment on table payments is 'money'",
    "analyze payments",
    "vacuum payments",
    "vacuum full payments",
    "cluster payments using payments_pkey",
    "truncate payments",
    "grant select on payments to public",
    "revoke select on payments from public",
    "create table if not exists payments (id integer)",
    "create index if not exists payments_by_amount on payments (amount)",
    "create schema if not exists public",
    "create extension if not exists plpgsql",
    "insert into payments values (2, 2)",
    "discard all",
  ];

  test("temporary objects, upkeep, rights, and what is there already", async () => {
    await enableGuard(database.client, { by: "ada" });
    const other = await database.session("app@1");
    await other.query("create temp table base (id integer primary key)");
    for (const sql of allowed) {
      expect({ sql, code: (await refusalOf(other, sql))?.code }).toEqual({ sql, code: undefined });
    }
    // In a session without temporary objects, where indexes are refused before they begin.
    for (const sql of [
      "create index if not exists payments_by_amount on payments (amount)",
      'create index concurrently if not exists "payments_by_amount" on only public.payments (amount)',
      "CREATE UNIQUE INDEX IF NOT EXISTS\n PAYMENTS_BY_AMOUNT ON PAYMENTS (amount)",
    ]) {
      expect({ sql, code: (await refusalOf(database.client, sql))?.code }).toEqual({ sql, code: undefined });
    }
  });

  test("an index of that name in another schema is no reason to let one be made", async () => {
    await database.client.query("create schema tenant; create table tenant.payments (amount integer)");
    await enableGuard(database.client, { by: "ada" });
    const sql = "create index concurrently if not exists payments_by_amount on tenant.payments (amount)";
    expect((await refusalOf(database.client, sql))?.code).toBe("IL003");
    expect(await database.rows("select from pg_indexes where schemaname = 'tenant'")).toEqual([]);
  });

  test("temporary tables in functions, and their end with the transaction and the session", async () => {
    await database.client.query(`create function count_up() returns bigint language plpgsql as $$ begin
      create temp table if not exists work (id integer) on commit drop;
      insert into work select generate_series(1, 3);
      return (select count(*) from work); end $$`);
    await enableGuard(database.client, { by: "ada" });
    const other = await database.session("app@1");
    for (let round = 0; round < 3; round += 1) {
      const { rows } = await other.query<{ n: string }>("select count_up() as n");
      expect(rows).toEqual([{ n: "3" }]);
    }
  });

  test("temporary tables and rows even where the guard's own objects are broken", async () => {
    await enableGuard(database.client, { by: "ada" });
    await database.client.query(
      "alter event trigger interlock_guard_start disable; alter event trigger interlock_guard_drop disable; alter event trigger interlock_guard_end disable",
    );
    await database.client.query(
      "drop table interlock.guard_states, interlock.guard_passes, interlock.ddl_log",
    );
    await database.client.query("drop function interlock.structure_permit(), interlock.schema_of(oid, oid)");
    await database.client.query(
      "alter event trigger interlock_guard_start enable; alter event trigger interlock_guard_drop enable; alter event trigger interlock_guard_end enable",
    );
    const other = await database.session("app@1");
    await other.query("create temp table mine (id integer)");
    await other.query("insert into payments values (7, 7)");
    expect(await refusalOf(other, "create table x (id integer)")).toBeDefined();
    expect(await refusalOf(other, "alter table payments add column y integer")).toBeDefined();
  });

  test("a role that was excepted, which is logged", async () => {
    await database.client.query(
      "drop role if exists partman; create role partman login; grant create on schema public to partman",
    );
    await enableGuard(database.client, { by: "ada", exceptedRoles: ["partman"] });
    await database.client.query("set role partman");
    await database.client.query("create table part_1 (id integer)");
    await database.client.query("reset role");
    expect(await database.rows("select tag, role, permit from interlock.ddl_log")).toEqual([
      { tag: "CREATE TABLE", role: "partman", permit: "exception" },
    ]);
    await database.client.query(
      "set session_replication_role = replica; drop owned by partman; drop role partman",
    );
  });

  test("rights are refused where the guard was turned on so", async () => {
    await enableGuard(database.client, { by: "ada", refusesGrants: true });
    expect((await refusalOf(database.client, "grant select on payments to public"))?.code).toBe("IL003");
  });

  test("a session that applies what another server did", async () => {
    await enableGuard(database.client, { by: "ada" });
    await database.client.query("set session_replication_role = replica");
    await database.client.query("create table replicated (id integer)");
    expect(await database.rows("select to_regclass('replicated') is not null as made")).toEqual([
      { made: true },
    ]);
  });
});

describe("on and off", () => {
  test("status tells how it is, also when a trigger is missing", async () => {
    expect(await guardStatus(database.client)).toMatchObject({ guard: "not-installed", watch: "off" });
    await enableGuard(database.client, { by: "ada", reason: "production" });
    expect(await guardStatus(database.client)).toMatchObject({
      guard: "on",
      watch: "on",
      setBy: "ada",
      reason: "production",
      missing: [],
    });
    await database.client.query("alter event trigger interlock_guard_end disable");
    expect(await guardStatus(database.client)).toMatchObject({
      guard: "broken",
      missing: ["interlock_guard_end"],
    });
    await enableGuard(database.client, { by: "grace" });
    expect(await guardStatus(database.client)).toMatchObject({ guard: "on", setBy: "grace", missing: [] });
  });

  test("turned off once, with a reason; changes are logged on", async () => {
    await enableGuard(database.client, { by: "ada" });
    await expect(disableGuard(database.client, { by: "ada", reason: "  " })).rejects.toMatchObject({
      code: "reason-missing",
    });
    const other = await database.session();
    const both = await Promise.allSettled([
      disableGuard(database.client, { by: "ada", reason: "move" }),
      disableGuard(other, { by: "grace", reason: "move" }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "guard-off" } });
    await database.client.query("create table other (id integer)");
    expect(await guardStatus(database.client)).toMatchObject({ guard: "off", watch: "on" });
    expect(await database.rows("select tag, objects, permit from interlock.ddl_log")).toEqual([
      { tag: "CREATE TABLE", objects: ["table public.other"], permit: null },
    ]);
  });

  test("without the right to make event triggers nothing is made, and it says what works without", async () => {
    await database.client.query(
      "drop role if exists plain; create role plain login createdb; grant all on schema public to plain",
    );
    await database.client.query(
      "do $$ begin execute format('grant all on database %I to plain', current_database()); end $$",
    );
    const other = await database.session();
    await other.query("set role plain");
    await expect(enableGuard(other, { by: "ada" })).rejects.toMatchObject({
      code: "event-triggers-not-allowed",
      next: expect.stringContaining("interlock watch") as unknown,
    });
    expect(await database.rows("select nspname from pg_namespace where nspname = 'interlock'")).toEqual([]);
    await other.end();
    await database.client.query("drop owned by plain; drop role plain");
  });
});

async function tables(): Promise<unknown> {
  return database.rows(
    "select relname, relfilenode, relnatts from pg_class where relnamespace = 'public'::regnamespace order by 1",
  );
}
