import type { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { paidStatusPlan, createPayments } from "../ship/example-change.ts";
import { executorLockKeys } from "../ship/executor-lock.ts";
import { shipChange } from "../ship/ship-change.ts";
import { useDatabase } from "../ship/testing-database.ts";
import { enableGuard } from "./enable-guard.ts";
import { openGuard } from "./open-guard.ts";

const database = useDatabase();

/** A role that owns a table, may make others, and is nobody to Interlock. */
let mallory: Client;

beforeEach(async () => {
  await database.client.query(`drop role if exists mallory; create role mallory login;
    grant create, usage on schema public to mallory; create table theirs (id integer); alter table theirs owner to mallory`);
  await database.client.query(
    "do $$ begin execute format('grant create, temp on database %I to mallory', current_database()); end $$",
  );
  mallory = await database.session("mallory");
  await mallory.query("set session authorization mallory");
});

afterEach(async () => {
  await mallory.end();
  await database.client.query("rollback");
  await database.client.query(
    "set session_replication_role = replica; drop owned by mallory cascade; drop role mallory",
  );
});

const change = "alter table theirs add column x integer";

async function isRefused(client: Client, sql = change): Promise<boolean> {
  return client.query(sql).then(
    () => false,
    (error: unknown) => (error as { code?: string }).code === "IL003",
  );
}

test("the executor's lock opens nothing for who may not be an executor, also in the middle of a change", async () => {
  await createPayments(database.client, { rows: 10 });
  await enableGuard(database.client, { by: "ada" });
  await mallory.query("select pg_advisory_lock($1, $2)", [...executorLockKeys]);
  expect(await isRefused(mallory)).toBe(true);
  await mallory.query("select pg_advisory_unlock_all()");
  await shipChange({ plan: paidStatusPlan(), connection: database.connection, to: "expand" });
  // As an executor leaves it that was killed.
  await database.client.query("update interlock.changes set state = 'migrating'");
  await mallory.query("select pg_advisory_lock($1, $2)", [...executorLockKeys]);
  expect(await isRefused(mallory)).toBe(true);
});

test("who may be an executor and carries out no change is refused as well, but for the journal itself", async () => {
  await enableGuard(database.client, { by: "ada" });
  await database.client.query("select pg_advisory_lock($1, $2)", [...executorLockKeys]);
  expect(await isRefused(database.client)).toBe(true);
  expect(await isRefused(database.client, "create table public.x (id integer)")).toBe(true);
  expect(await isRefused(database.client, "drop table theirs")).toBe(true);
  expect(await isRefused(database.client, "create table interlock.x (id integer)")).toBe(false);
  await database.client.query("create temp table mine (id integer)");
  expect(await isRefused(database.client, "alter table theirs alter column id type bigint")).toBe(true);
});

test("nobody else writes a pass, the log or the guard's state, or runs what the triggers run", async () => {
  await enableGuard(database.client, { by: "ada" });
  for (const sql of [
    "insert into interlock.guard_passes (reason, opened_by, valid_until) values ('mine', 'me', now() + interval '1 hour')",
    "insert into interlock.guard_states (is_on, set_by, excepted_roles) values (true, 'me', '{mallory}')",
    "insert into interlock.ddl_log (transaction, is_whole, tag, objects, login, role, application_name, statement) values (1, true, '', '{}', '', '', '', '')",
    "delete from interlock.ddl_log",
    "select interlock.note_ddl(true, 'ALTER TABLE', '{x}')",
    "select interlock.structure_permit()",
    "create function interlock.x() returns integer language sql as 'select 1'",
    "alter table interlock.guard_passes disable trigger all",
    "drop table interlock.guard_passes",
    "set session_replication_role = replica",
    "alter event trigger interlock_guard_end disable",
    "drop event trigger interlock_guard_end",
  ]) {
    const code = await mallory.query(sql).then(
      () => "done",
      (error: unknown) => (error as { code?: string }).code,
    );
    expect({ sql, refused: code === "42501" || code === "IL003" }).toEqual({ sql, refused: true });
  }
  expect(await database.rows("select count(*)::integer as n from interlock.ddl_log")).toEqual([{ n: 0 }]);
  await expect(
    openGuard(mallory, { by: "mallory", role: null, reason: "because", forMs: 1_000 }),
  ).rejects.toMatchObject({ code: "permission-denied" });
  await database.client.query("grant usage on schema interlock to mallory");
  await expect(
    openGuard(mallory, { by: "mallory", role: null, reason: "because", forMs: 1_000 }),
  ).rejects.toMatchObject({ code: "permission-denied" });
});

test("objects of their own on the path, settings and temporary objects do not mislead it", async () => {
  await database.client.query(`create schema evil; grant usage on schema evil to mallory;
    create function evil.pg_my_temp_schema() returns oid language sql as 'select 1::oid';
    create function evil.current_query() returns text language sql as $$ select 'create index if not exists'::text $$;
    create function evil.is_true(boolean, boolean) returns boolean language sql as 'select true';
    create table evil.pg_locks (locktype text)`);
  await enableGuard(database.client, { by: "ada" });
  await mallory.query("set search_path = evil, pg_catalog, public");
  expect(await isRefused(mallory, "alter table public.theirs add column x integer")).toBe(true);
  await mallory.query("reset search_path");
  await mallory.query("create temp table pg_locks (locktype text); create temp table theirs (id integer)");
  await mallory.query(
    "set standard_conforming_strings = off; set role none; set application_name = 'interlock'",
  );
  expect(await isRefused(mallory, "alter table public.theirs add column x integer")).toBe(true);
  expect(await isRefused(mallory, "alter table public.theirs rename to pg_temp_theirs")).toBe(true);
  expect(await isRefused(mallory, "alter table pg_temp.theirs add column x integer")).toBe(false);
  expect(
    await isRefused(mallory, "create function public.pg_temp() returns integer language sql as 'select 1'"),
  ).toBe(true);
  expect(
    await database.rows(
      "select from pg_attribute where attrelid = 'public.theirs'::regclass and attname = 'x'",
    ),
  ).toEqual([]);
});
