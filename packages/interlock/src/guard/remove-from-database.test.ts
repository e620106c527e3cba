import { expect, test } from "vitest";
import { describeCatalog } from "../catalog/describe.ts";
import { createPayments, paidStatusPlan } from "../ship/example-change.ts";
import { shipChange } from "../ship/ship-change.ts";
import { useDatabase } from "../ship/testing-database.ts";
import { disableGuard } from "./disable-guard.ts";
import { enableGuard } from "./enable-guard.ts";
import { openGuard } from "./open-guard.ts";
import { removeFromDatabase } from "./remove-from-database.ts";

const database = useDatabase();

/** Everything in the catalog that a user could see, by name and not by number. */
async function everything(): Promise<unknown> {
  const [objects, rest] = await Promise.all([
    describeCatalog(database.client),
    database.rows(`
      select 'schema' as kind, nspname::text as name, nspowner::regrole::text as detail, nspacl::text as acl from pg_namespace
      union all select 'event trigger', evtname, evtevent, evtenabled::text from pg_event_trigger
      union all select 'role', rolname, rolsuper::text, rolconfig::text from pg_roles
      union all select 'relation', oid::regclass::text, relkind::text, relacl::text from pg_class where relkind <> 't'
      union all select 'function', oid::regprocedure::text, proowner::regrole::text, proacl::text from pg_proc
      union all select 'type', oid::regtype::text, typowner::regrole::text, typacl::text from pg_type where typname !~ '^pg_toast'
      union all select 'comment', pg_describe_object(classoid, objoid, objsubid), description, null from pg_description
      union all select 'default rights', defaclrole::regrole::text, defaclobjtype::text, defaclacl::text from pg_default_acl
      union all select 'setting', setrole::regrole::text, setconfig::text, null from pg_db_role_setting
      union all select 'dependencies', count(*)::text, null, null from pg_depend
      order by 1, 2, 3`),
  ]);
  return { objects: [...objects], rest };
}

test("what was enabled and used is removed without a trace", async () => {
  await createPayments(database.client, { rows: 3 });
  const before = await everything();
  await enableGuard(database.client, { by: "ada", exceptedRoles: ["somebody"] });
  await openGuard(database.client, { by: "ada", role: null, reason: "to try", forMs: 60_000 });
  await database.client.query("create table other (id integer); drop table other");
  expect(await everything()).not.toEqual(before);
  expect(await removeFromDatabase(database.client, { everything: false })).toEqual({ removed: "schema" });
  expect(await everything()).toEqual(before);
  await database.client.query("create table other (id integer)");
  // Once more does no harm.
  await database.client.query("drop table other");
  await removeFromDatabase(database.client, { everything: false });
  expect(await everything()).toEqual(before);
});

test("a schema that was there before stays, empty as it was", async () => {
  await database.client.query("create schema interlock");
  const before = await everything();
  await enableGuard(database.client, { by: "ada" });
  await disableGuard(database.client, { by: "ada", reason: "no more" });
  expect(await removeFromDatabase(database.client, { everything: false })).toEqual({ removed: "guard" });
  expect(await everything()).toEqual(before);
});

test("the journal stays, and goes with everything else when no change is unfinished", async () => {
  const { connection } = database;
  await createPayments(database.client, { rows: 3 });
  await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
  const before = await everything();
  await enableGuard(database.client, { by: "ada" });
  const own = await database.session();
  await expect(removeFromDatabase(own, { everything: true })).rejects.toMatchObject({
    code: "another-change-unfinished",
  });
  await own.end();
  expect(await removeFromDatabase(database.client, { everything: false })).toEqual({ removed: "guard" });
  expect(await everything()).toEqual(before);
  await shipChange({ plan: paidStatusPlan(), connection });
  await enableGuard(database.client, { by: "ada" });
  expect(await removeFromDatabase(database.client, { everything: true })).toEqual({ removed: "schema" });
  expect(await database.rows("select from pg_namespace where nspname = 'interlock'")).toEqual([]);
});

test("what somebody else keeps in schema interlock is not removed with it", async () => {
  await enableGuard(database.client, { by: "ada" });
  await openGuard(database.client, { by: "ada", role: null, reason: "to try", forMs: 60_000 });
  await database.client.query("create table interlock.notes (id integer)");
  await expect(removeFromDatabase(database.client, { everything: true })).rejects.toMatchObject({
    code: "schema-in-use",
    why: expect.stringContaining("interlock.notes") as unknown,
  });
  expect(await database.rows("select from interlock.guard_states")).toHaveLength(1);
});

test("a session that shares the lock with nobody: while a change is shipped everything stays", async () => {
  await enableGuard(database.client, { by: "ada" });
  const executor = await database.session();
  await executor.query("select pg_advisory_lock(1768846450, 1936222576)");
  await expect(removeFromDatabase(database.client, { everything: true })).rejects.toMatchObject({
    code: "already-shipping",
  });
});
