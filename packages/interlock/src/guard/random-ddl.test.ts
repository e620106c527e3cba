import { array, assert, asyncProperty, constantFrom, oneof, sample, tuple } from "fast-check";
import type { Client } from "pg";
import { expect, test } from "vitest";
import { compareCatalogs, describeCatalog } from "../catalog/describe.ts";
import { useDatabase } from "../ship/testing-database.ts";
import { enableGuard } from "./enable-guard.ts";

const database = useDatabase();

const name = constantFrom("payments", "customers", "fresh", '"Odd name"', "tenant.payments");
const column = constantFrom("id", "amount", "note", "fresh");
const type = constantFrom("text", "bigint", "numeric(12, 2)", "mood");

/** Shapes of statements with parts to be filled in; some do nothing or fail by themselves. */
const statement = oneof(
  tuple(name, column, type).map(([t, c, kind]) => `alter table ${t} add column ${c} ${kind}`),
  tuple(name, column, type).map(
    ([t, c, kind]) => `alter table if exists ${t} alter column ${c} type ${kind} using ${c}::text::${kind}`,
  ),
  tuple(name, column).map(([t, c]) => `alter table ${t} drop column if exists ${c} cascade`),
  tuple(name, column).map(([t, c]) => `alter table ${t} rename column ${c} to renamed`),
  tuple(name, column).map(([t, c]) => `alter table ${t} alter column ${c} set default null`),
  tuple(name, column).map(([t, c]) => `create index on ${t} (${c})`),
  tuple(name, column).map(([t, c]) => `create index concurrently if not exists by_it on ${t} (${c})`),
  tuple(name, column).map(([t, c]) => `create statistics on ${c}, id from ${t}`),
  tuple(name, column).map(([t, c]) => `create or replace view v as select ${c} from ${t}`),
  tuple(name, column).map(
    ([t, c]) => `comment on column ${t}.${c} is null; alter table ${t} alter ${c} set not null`,
  ),
  tuple(name, type).map(([t, kind]) => `create table if not exists ${t} (id ${kind}, extra serial)`),
  name.map((t) => `drop table if exists ${t} cascade`),
  name.map((t) => `create table copy_of_it (like ${t} including all)`),
  name.map((t) => `select * into made from ${t}`),
  name.map((t) => `create rule r as on delete to ${t} do instead nothing`),
  name.map((t) => `create policy p on ${t}; alter table ${t} enable row level security`),
  name.map((t) => `create publication p for table ${t}`),
  name.map(
    (t) =>
      `do $$ begin execute 'alter table ${t} add column z integer'; exception when others then null; end $$`,
  ),
  name.map((t) => `create temp table scratch as select * from ${t}`),
  name.map((t) => `create temp view ${t.replace("tenant.", "")} as select 1 as one`),
  constantFrom(
    "create schema if not exists fresh",
    "drop schema tenant cascade",
    "alter schema tenant rename to landlord",
    "create type fresh as (a integer)",
    "alter type mood add value if not exists 'bad'",
    "drop type mood cascade",
    "create domain d as text check (value <> '')",
    "create or replace function one() returns integer language sql as 'select 2'",
    "drop function if exists one() cascade",
    "create sequence if not exists counter",
    "alter sequence if exists counter increment 5",
    "drop view if exists v",
    "drop owned by current_user cascade",
    "create extension if not exists plpgsql",
    "drop table if exists scratch",
    "discard temp",
    "create aggregate mine (integer) (sfunc = int4pl, stype = integer)",
    "drop index concurrently if exists payments_by_amount",
    "alter default privileges in schema public grant select on tables to public",
  ),
);

async function build(client: Client): Promise<void> {
  await client.query(`
    create type mood as enum ('good');
    create table payments (id bigint primary key, amount integer, note text, feeling mood);
    create index payments_by_amount on payments (amount);
    create table customers (id bigint primary key, note text);
    create table "Odd name" (id bigint);
    create schema tenant; create table tenant.payments (id bigint, amount integer);
    create function one() returns integer language sql as 'select 1'`);
}

async function runAll(client: Client, statements: readonly string[]): Promise<void> {
  for (const sql of statements) {
    await client.query(sql).catch(() => undefined);
    await client.query("rollback");
  }
}

test("whatever is tried, a guarded database keeps its catalog", async () => {
  await build(database.client);
  const before = await describeCatalog(database.client);
  await enableGuard(database.client, { by: "ada", refusesGrants: true });
  await assert(
    asyncProperty(array(statement, { minLength: 1, maxLength: 8 }), async (statements) => {
      const session = await database.session("anybody");
      await runAll(session, statements);
      await session.end();
      const differences = compareCatalogs(before, await describeCatalog(database.client));
      expect({ statements, differences }).toEqual({ statements, differences: [] });
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 60) },
  );
});

test("without a guard the same statements change it", async () => {
  await build(database.client);
  const before = await describeCatalog(database.client);
  let changed = 0;
  const samples = sample(statement, { numRuns: 60, seed: 17 });
  for (const sql of samples) {
    await database.client.query("begin");
    await database.client.query(sql).catch(() => undefined);
    const after = await describeCatalog(database.client).catch(() => undefined);
    await database.client.query("rollback");
    if (after !== undefined && compareCatalogs(before, after).length > 0) changed += 1;
  }
  expect(changed).toBeGreaterThan(15);
});
