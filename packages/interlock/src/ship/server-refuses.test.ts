import { describe, expect, test } from "vitest";
import { describeCatalog } from "../catalog/describe.ts";
import { sleep } from "../std/sleep.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

/** Calls this as soon as the executor runs a statement like that. */
async function onceItRuns(statement: string, act: string): Promise<void> {
  for (let looks = 0; looks < 5_000; looks += 1) {
    const found = await database.rows(
      `select ${act} from pg_stat_activity where application_name = 'interlock' and state = 'active' and query ~ '${statement}' and pid <> pg_backend_pid()`,
    );
    if (found.length > 0) return;
    await sleep(2);
  }
  throw new Error(`nobody ran ${statement}`);
}

/** A function for a step or a check that takes its time. */
const slowly =
  "create function slowly(boolean) returns boolean language plpgsql as 'begin perform pg_sleep(20); return $1; end'";

describe("a statement that somebody cancels", () => {
  test.each(["ddl", "verify", "index"])("in a step of kind %s is told from a time limit", async (kind) => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const structure = await describeCatalog(client);
    const plan = paidStatusPlan();
    const [first] = plan.phases.expand;
    const index = plan.phases.migrate.find((step) => step.kind === "index");
    const verify = plan.phases.migrate.find((step) => step.kind === "verify");
    if (first?.kind !== "ddl" || index === undefined || verify === undefined)
      throw new Error("the plan has these");
    await client.query(slowly.replace("language", "immutable language"));
    if (kind === "ddl") first.statements.push("select pg_catalog.pg_sleep(20)");
    if (kind === "verify") verify.violation = "not slowly(true)";
    if (kind === "index")
      index.statement = "create index concurrently payments_by_status on payments (slowly(is_paid))";
    const shipping = shipChange({ plan, connection, lockBudgetMs: 60_000 });
    shipping.catch(() => undefined);
    const statement = { ddl: "pg_sleep", verify: "count.*slowly", index: "^create index" }[kind] ?? "";
    await onceItRuns(statement, "pg_cancel_backend(pid)");
    await expect(shipping).rejects.toMatchObject({
      code: "step-cancelled",
      message: expect.stringContaining("Somebody had step") as unknown,
    });
    expect((await shipStatus({ connection })).change?.failure).toMatchObject({ code: "step-cancelled" });
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    await client.query("drop function slowly");
    expect(await describeCatalog(client)).toEqual(structure);
  });
});

describe("who stands in the way", () => {
  test("an index waits for an older transaction, says for whose, and goes on when it has ended", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const holder = await database.session("report@1");
    const events = new CollectedEvents();
    const shipping = shipChange({
      plan: paidStatusPlan(),
      connection,
      on: (event) => {
        events.on(event);
      },
      to: "migrate",
    });
    // It is to be open when the index is begun, and no lock of it may be in the way of the steps before.
    await holder.query("begin isolation level repeatable read; select 'secret'");
    const waiting = await events.first("step-waiting");
    await holder.query("commit");
    expect(waiting).toMatchObject({
      step: "migrate-4",
      reason: "older-transaction",
      blockers: [{ applicationName: "report@1", activity: "idle in transaction" }],
    });
    expect(JSON.stringify(waiting)).not.toContain("secret");
    expect(await shipping).toMatchObject({ state: "ready" });
  });

  test("an index that gives up names whom it waited for; rollback leaves no invalid one", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const structure = await describeCatalog(client);
    const holder = await database.session("report@1");
    await holder.query("begin isolation level repeatable read; select 1");
    await expect(
      shipChange({ plan: paidStatusPlan(), connection, to: "migrate", retryForMs: 1_500 }),
    ).rejects.toMatchObject({
      code: "lock-not-available",
      why: expect.stringContaining("report@1") as unknown,
    });
    await holder.query("commit");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await describeCatalog(client)).toEqual(structure);
  });
});

describe("rights", () => {
  test("a role that does not own the tables is told before anything is begun", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await client.query(
      "drop role if exists interlock_test_other; create role interlock_test_other login; grant create on database %I to interlock_test_other".replace(
        "%I",
        `"${String(connection.database)}"`,
      ),
    );
    try {
      await expect(
        shipChange({ plan: paidStatusPlan(), connection: { ...connection, user: "interlock_test_other" } }),
      ).rejects.toMatchObject({
        code: "permission-denied",
        why: expect.stringContaining("public.payments belongs to role postgres") as unknown,
        state: "Nothing was changed.",
      });
      expect(await database.rows("select from pg_namespace where nspname = 'interlock'")).toEqual([]);
    } finally {
      await client.query("drop owned by interlock_test_other; drop role interlock_test_other");
    }
  });

  test("an owner with no more than it needs ships, and what is revoked half-way stops it in words", async () => {
    const { connection, client } = database;
    await client.query(
      "drop role if exists interlock_test_owner; create role interlock_test_owner login; grant create on schema public to interlock_test_owner; create schema interlock authorization interlock_test_owner",
    );
    const owner = { ...connection, user: "interlock_test_owner" };
    try {
      await createPayments(client, { rows: 300 });
      await client.query("alter table payments owner to interlock_test_owner");
      await shipChange({ plan: paidStatusPlan(), connection: owner, to: "expand" });
      await client.query(
        "alter table interlock.steps owner to postgres; revoke all on interlock.steps from interlock_test_owner",
      );
      await expect(resumeChange({ connection: owner, to: "migrate" })).rejects.toMatchObject({
        code: "permission-denied",
        why: expect.stringContaining("42501") as unknown,
        next: expect.stringContaining("interlock resume") as unknown,
      });
      await client.query("alter table interlock.steps owner to interlock_test_owner");
      expect(await resumeChange({ connection: owner, to: "contract" })).toMatchObject({ state: "done" });
    } finally {
      await client.query("drop owned by interlock_test_owner cascade; drop role interlock_test_owner");
    }
  });
});

describe("settings of roles and databases", () => {
  test("what a role carries with it changes nothing", async () => {
    const { connection, client } = database;
    await client.query(
      "drop role if exists interlock_test_tuned; create role interlock_test_tuned superuser login",
    );
    for (const setting of [
      "default_transaction_isolation = 'serializable'",
      "default_transaction_read_only = on",
      "statement_timeout = '2s'",
      "lock_timeout = '2s'",
      "idle_in_transaction_session_timeout = '2s'",
      "idle_session_timeout = '2s'",
      "datestyle = 'german'",
      "row_security = on",
    ])
      await client.query(`alter role interlock_test_tuned set ${setting}`);
    try {
      await createPayments(client, { rows: 300 });
      const tuned = { ...connection, user: "interlock_test_tuned" };
      expect(await shipChange({ plan: paidStatusPlan(), connection: tuned })).toMatchObject({
        state: "done",
      });
    } finally {
      await client.query("drop owned by interlock_test_tuned cascade; drop role interlock_test_tuned");
    }
  });

  test("an event trigger of the user's that raises stops it in words, and rollback leaves nothing", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await shipChange({ plan: paidStatusPlan(), connection, to: "expand" });
    await client.query(`create function no_indexes() returns event_trigger language plpgsql as 'begin raise exception ''no indexes today''; end';
      create event trigger no_indexes on ddl_command_start when tag in ('CREATE INDEX') execute function no_indexes()`);
    await expect(resumeChange({ connection, to: "migrate" })).rejects.toMatchObject({
      code: "step-failed",
      why: expect.stringContaining("no indexes today") as unknown,
    });
    await client.query("drop event trigger no_indexes; drop function no_indexes");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
  });
});

describe("schema interlock", () => {
  test("that is somebody else's is left as it is", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await client.query("create schema interlock; create table interlock.changes (mine integer)");
    await expect(shipChange({ plan: paidStatusPlan(), connection })).rejects.toMatchObject({
      code: "journal-not-made",
      state: "Nothing was changed.",
    });
    expect(
      await database.rows("select relname from pg_class where relnamespace = 'interlock'::regnamespace"),
    ).toEqual([{ relname: "changes" }]);
  });

  test("that is lost half-way is said, and not taken for a fault of the program", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await shipChange({ plan: paidStatusPlan(), connection, to: "expand" });
    await client.query("alter table interlock.steps rename column state to condition");
    await expect(resumeChange({ connection })).rejects.toMatchObject({ code: "journal-not-usable" });
    await client.query("alter table interlock.steps rename column condition to state");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
  });

  test("is not made by commands that have nothing to do", async () => {
    const { connection } = database;
    await expect(resumeChange({ connection })).rejects.toMatchObject({ code: "nothing-to-resume" });
    await expect(rollbackChange({ connection })).rejects.toMatchObject({ code: "nothing-to-roll-back" });
    expect(await database.rows("select from pg_namespace where nspname = 'interlock'")).toEqual([]);
  });
});
