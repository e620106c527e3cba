import { expect, test } from "vitest";
import { enableGuard } from "./enable-guard.ts";
import { install } from "./install.ts";
import { useDatabase } from "../ship/testing-database.ts";

const database = useDatabase();

async function installLog(): Promise<void> {
  await install(database.client, { guard: false, work: async () => undefined });
}

test("secrets never reach the log, however they are written", async () => {
  await installLog();
  const secret = "hunter2";
  for (const sql of [
    `create foreign data wrapper w; create server s foreign data wrapper w options (password '${secret}')`,
    `create user mapping for current_user server s options (user 'u', password '${secret}')`,
    `alter user mapping for current_user server s options (set password E'it\\'s ${secret}')`,
    `create table a (id integer); comment on table a is 'x'; create role temporary_one password $pw$${secret}$pw$`,
    `create table c as select 'postgres://me:${secret}@host/db'::text as url`,
    `create subscription sub connection 'host=nowhere password=${secret}' publication p with (connect = false)`,
    `create function f() returns text language sql as $$ select 'SECRET ${secret}' $$`,
  ]) {
    await database.client.query(sql);
  }
  const rows = await database.rows<{ tag: string; statement: string }>(
    "select tag, statement from interlock.ddl_log order by number",
  );
  expect(rows.map(({ tag }) => tag)).toEqual([
    "CREATE FOREIGN DATA WRAPPER",
    "CREATE SERVER",
    "CREATE USER MAPPING",
    "ALTER USER MAPPING",
    "CREATE TABLE",
    "CREATE TABLE AS",
    "CREATE SUBSCRIPTION",
    "CREATE FUNCTION",
  ]);
  expect(JSON.stringify(await database.rows("select * from interlock.ddl_log"))).not.toContain(secret);
  expect(rows[1]?.statement).toContain("create server s");
  for (const sql of [
    "alter subscription sub disable",
    "alter subscription sub set (slot_name = none)",
    "drop subscription sub",
    "drop role temporary_one",
  ]) {
    await database.client.query(sql);
  }
});

test("a long statement is cut, many objects too, and the log stays within bounds", async () => {
  await installLog();
  await database.client.query(`create table a (id integer); /* ${"x".repeat(5_000)} */`);
  await database.client.query("create schema many");
  await database.client.query(
    "do $$ begin for i in 1..80 loop execute 'create table many.t' || i || ' (id integer)'; end loop; end $$",
  );
  await database.client.query("drop schema many cascade");
  const [cut] = await database.rows<{ length: number; most: number }>(
    "select max(length(statement)) as length, max(cardinality(objects)) as most from interlock.ddl_log",
  );
  expect(cut).toEqual({ length: 2_000, most: 50 });
  await database.client.query("alter table interlock.ddl_log alter number restart with 20000");
  await database.client.query("create table b (id integer)");
  expect(await database.rows("select number from interlock.ddl_log")).toEqual([
    { number: "20000" },
    { number: "20001" },
  ]);
});

test("a log that can't be written stops no structural change, and says so", async () => {
  await installLog();
  await database.client.query("alter table interlock.ddl_log add check (tag <> 'CREATE VIEW')");
  const notices: string[] = [];
  database.client.on("notice", ({ message }) => notices.push(message ?? ""));
  await database.client.query("create view v as select 1 as one");
  expect(notices).toEqual([expect.stringContaining("interlock did not log this CREATE VIEW")]);
});

test("a drop is logged with all that went, once, as is an alteration that drops", async () => {
  await enableGuard(database.client, { by: "ada", exceptedRoles: [] });
  await database.client.query(
    "drop event trigger interlock_guard_start, interlock_guard_end, interlock_guard_drop",
  );
  await database.client.query("drop event trigger if exists interlock_guard_start");
  await database.client.query("create table a (id integer, note text); create view v as select id from a");
  await database.client.query("drop table a cascade");
  await database.client.query("create table a (id integer, note text)");
  await database.client.query("alter table a drop column note, add column more integer");
  const rows = await database.rows<{ tag: string; objects: string[]; is_whole: boolean }>(
    "select tag, objects, is_whole from interlock.ddl_log order by number",
  );
  expect(rows).toEqual([
    { tag: "CREATE TABLE", objects: ["table public.a"], is_whole: true },
    { tag: "CREATE VIEW", objects: ["view public.v"], is_whole: true },
    {
      tag: "DROP TABLE",
      objects: expect.arrayContaining(["table public.a", "view public.v"]) as unknown,
      is_whole: true,
    },
    { tag: "CREATE TABLE", objects: ["table public.a"], is_whole: true },
    { tag: "ALTER TABLE", objects: ["table public.a", "table column public.a.note"], is_whole: true },
  ]);
});
