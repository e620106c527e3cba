import { describe, expect, test } from "vitest";
import { createPayments, paidStatusPlan } from "../ship/example-change.ts";
import { resumeChange } from "../ship/resume-change.ts";
import { rollbackChange } from "../ship/rollback-change.ts";
import { shipChange } from "../ship/ship-change.ts";
import { useDatabase } from "../ship/testing-database.ts";
import { enableGuard } from "./enable-guard.ts";

const database = useDatabase();

async function columns(): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    "select column_name as name from information_schema.columns where table_name = 'payments' order by 1",
  );
  return rows.map(({ name }) => name);
}

describe("shipping with the guard on", () => {
  test("a change goes through all phases, the journal made with the guard on", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 1_000 });
    await enableGuard(database.client, { by: "ada" });
    const result = await shipChange({ plan: paidStatusPlan(), connection });
    expect(result).toMatchObject({ state: "done", steps: 8, rowsFilled: 1_000 });
    expect(await columns()).toEqual(["id", "note", "status"]);
    const log = await database.rows<{ permit: string; tag: string; objects: string[] }>(
      "select tag, objects, permit from interlock.ddl_log where permit = 'interlock' order by number",
    );
    expect(log.map(({ tag }) => tag)).toEqual([
      "ALTER TABLE",
      "CREATE FUNCTION",
      "CREATE TRIGGER",
      "ALTER TABLE",
      "ALTER TABLE",
      "CREATE INDEX",
      "ALTER TABLE",
      "ALTER TABLE",
      "DROP TRIGGER",
      "DROP FUNCTION",
      "ALTER TABLE",
    ]);
    expect(log.at(-1)?.objects).toEqual(
      expect.arrayContaining(["table public.payments", "table column public.payments.is_paid"]),
    );
    await expect(database.client.query("alter table payments add column x integer")).rejects.toMatchObject({
      code: "IL003",
    });
  });

  test("the guard turned on in the middle of a change: it is resumed, and nobody else gets through meanwhile", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 100 });
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    await enableGuard(database.client, { by: "ada" });
    await expect(database.client.query("alter table payments drop column note")).rejects.toMatchObject({
      code: "IL003",
    });
    expect(await resumeChange({ connection, to: "contract" })).toMatchObject({ state: "done" });
    expect(await columns()).toEqual(["id", "note", "status"]);
  });

  test("a change is rolled back, with its concurrent index", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 100 });
    await enableGuard(database.client, { by: "ada" });
    const before = await columns();
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await columns()).toEqual(before);
    expect(await database.rows("select indexname from pg_indexes where indexname like '%by_status'")).toEqual(
      [],
    );
  });

  test("an executor that is stopped and resumed", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5_000 });
    await enableGuard(database.client, { by: "ada" });
    const stop = new AbortController();
    await expect(
      shipChange({
        plan: paidStatusPlan(),
        connection,
        signal: stop.signal,
        on: (event) => {
          if (event.type === "backfill-progress") stop.abort();
        },
      }),
    ).rejects.toMatchObject({ code: "interrupted" });
    expect(await resumeChange({ connection })).toMatchObject({ state: "done" });
  });

  test("by a role without superuser rights that owns the database", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 10 });
    await database.client.query(`drop role if exists deploy; create role deploy login;
      alter table payments owner to deploy; grant create on schema public to deploy`);
    await database.client.query(
      "do $$ begin execute format('alter database %I owner to deploy', current_database()); end $$",
    );
    await enableGuard(database.client, { by: "ada" });
    expect(
      await database.rows(
        "select nspowner::regrole::text as owner from pg_namespace where nspname = 'interlock'",
      ),
    ).toEqual([{ owner: "deploy" }]);
    const result = await shipChange({
      plan: paidStatusPlan(),
      connection: { ...connection, user: "deploy" },
    });
    expect(result).toMatchObject({ state: "done" });
    const direct = await database.session();
    await direct.query("set session authorization deploy");
    await expect(direct.query("alter table payments add column x integer")).rejects.toMatchObject({
      code: "IL003",
    });
    await direct.end();
    await database.client.query(
      "do $$ begin execute format('alter database %I owner to current_user', current_database()); end $$",
    );
    await database.client.query(
      "set session_replication_role = replica; drop owned by deploy cascade; drop role deploy",
    );
  });
});
