import { describe, expect, test } from "vitest";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

describe("shipping a change", () => {
  test("goes through all phases and leaves the new shape", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 3_000 });
    const events = new CollectedEvents();
    const result = await shipChange({ plan: paidStatusPlan(), connection, on: events.on });
    expect(result).toMatchObject({ state: "done", steps: 8, rowsFilled: 3_000 });
    expect(
      await database.rows(
        "select status, count(*)::integer as count from payments group by status order by status",
      ),
    ).toEqual([
      { status: "created", count: 1_500 },
      { status: "paid", count: 1_000 },
      { status: "refunded", count: 500 },
    ]);
    expect(
      await database.rows(
        "select column_name as name from information_schema.columns where table_name = 'payments' order by 1",
      ),
    ).toEqual([{ name: "id" }, { name: "note" }, { name: "status" }]);
    expect(events.of("phase-started").map(({ phase }) => phase)).toEqual(["expand", "migrate", "contract"]);
    expect(events.of("step-ended")).toHaveLength(8);
    expect(events.all.at(-1)).toEqual({ type: "ended", change: "chg-paid-status", state: "done" });
  });

  test("has nothing left to do when the same plan is shipped again", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    await shipChange({ plan: paidStatusPlan(), connection });
    const again = await shipChange({ plan: paidStatusPlan(), connection });
    expect(again).toMatchObject({ state: "done", steps: 0 });
    await expect(resumeChange({ connection })).rejects.toMatchObject({ code: "nothing-to-resume" });
  });

  test("stops where both versions work, and goes on from there", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 10 });
    const half = await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    expect(half).toMatchObject({ state: "ready", steps: 7 });
    const old = await database.session("payments@2.2.0");
    const young = await database.session("payments@2.3.0");
    await old.query("insert into payments (id, is_paid) values (100, true)");
    await young.query("insert into payments (id, status) values (101, 'refunded')");
    expect(await database.rows("select status from payments where id = 100")).toEqual([{ status: "paid" }]);
    expect(await database.rows("select is_paid, is_refunded from payments where id = 101")).toEqual([
      { is_paid: true, is_refunded: true },
    ]);
    const { change } = await shipStatus({ connection });
    expect(change).toMatchObject({ state: "ready", interrupted: false });
    expect(change?.oldVersionsLive).toMatchObject([{ appVersion: "payments@2.2.0" }]);
    await old.end();
    expect(await resumeChange({ connection, to: "contract" })).toMatchObject({ state: "done", steps: 1 });
    // The new version's session has lived through the whole contract phase.
    await young.query("update payments set status = 'created' where id = 101");
  });

  test("a plan that the database does not fit fails in its step and leaves nothing of it", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 1 });
    const plan = paidStatusPlan();
    const [first] = plan.phases.expand;
    if (first?.kind !== "ddl") throw new Error("the first step is DDL");
    first.statements.push("alter table payments drop column is_piad");
    await expect(shipChange({ plan, connection })).rejects.toMatchObject({
      code: "step-failed",
      why: expect.stringContaining("42703") as unknown,
      state: expect.stringContaining("Of this step nothing was kept.") as unknown,
    });
    expect(await database.rows("select * from payments")).toEqual([
      { id: "1", is_paid: false, is_refunded: false, note: null },
    ]);
    const { change, next } = await shipStatus({ connection });
    expect(change).toMatchObject({
      state: "expanding",
      interrupted: true,
      failure: { code: "step-failed" },
    });
    expect(next).toContain("interlock resume");
  });

  test("another change is refused while one is unfinished, and so is the same one with other steps", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 1 });
    await shipChange({ plan: paidStatusPlan(), connection, to: "expand" });
    await expect(shipChange({ plan: paidStatusPlan({ id: "chg-other" }), connection })).rejects.toMatchObject(
      { code: "relations-in-change", message: expect.stringContaining("chg-paid-status") as unknown },
    );
    const altered = paidStatusPlan();
    altered.phases.migrate.pop();
    await expect(shipChange({ plan: altered, connection })).rejects.toMatchObject({ code: "plan-differs" });
    expect(await shipChange({ plan: paidStatusPlan(), connection })).toMatchObject({
      state: "done",
      steps: 6,
    });
  });

  test("is stopped between two transactions and says how to go on", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5_000 });
    const stop = new AbortController();
    const events = new CollectedEvents();
    const shipping = shipChange({
      plan: paidStatusPlan(),
      connection,
      signal: stop.signal,
      on: (event) => {
        if (event.type === "backfill-progress") stop.abort();
        events.on(event);
      },
    });
    await expect(shipping).rejects.toMatchObject({ code: "interrupted" });
    const { change, executor } = await shipStatus({ connection });
    expect(executor).toBeNull();
    expect(change).toMatchObject({ state: "migrating", interrupted: true });
    const [filled] = await database.rows<{ count: string }>(
      "select count(*) from payments where status is not null",
    );
    const step = change?.steps.find(({ kind }) => kind === "backfill");
    expect(step?.progress?.rowsFilled).toBe(Number(filled?.count));
    expect(await resumeChange({ connection })).toMatchObject({ state: "done" });
  });

  test("a database without a journal has nothing to show", async () => {
    const { connection } = database;
    expect(await shipStatus({ connection })).toEqual({
      format: "interlock-status/1",
      change: null,
      open: [],
      executor: null,
      next: "Nothing was shipped to this database yet.",
    });
    expect(await database.rows("select from pg_namespace where nspname = 'interlock'")).toEqual([]);
  });
});
