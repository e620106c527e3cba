import { describe, expect, test } from "vitest";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

describe("one executor at a time", () => {
  test("a second one is refused and told who is at work; the first goes on undisturbed", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 500 });
    const old = await database.session("payments@2.2.0");
    const events = new CollectedEvents();
    const first = shipChange({ plan: paidStatusPlan(), connection, on: events.on });
    await events.first("versions-live");
    const { executor, change, next } = await shipStatus({ connection });
    expect(executor?.applicationName).toBe("interlock");
    expect(change).toMatchObject({ state: "ready", interrupted: false });
    expect(next).toContain("An executor is at work");
    const refused = [
      () => shipChange({ plan: paidStatusPlan(), connection }),
      () => resumeChange({ connection }),
      () => rollbackChange({ connection }),
    ];
    const failures = await Promise.all(refused.map((command) => command().catch((error: unknown) => error)));
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: "already-shipping",
        why: expect.stringMatching(
          new RegExp(`process ${String(executor?.pid)} .*chg-paid-status`),
        ) as unknown,
        state: "This command changed nothing.",
      });
    }
    await old.end();
    expect(await first).toMatchObject({ state: "done" });
    expect((await shipStatus({ connection })).executor).toBeNull();
  });

  test("one whose session is ended again and again finishes all the same, doing nothing twice", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 3_000 });
    const killer = await database.session("administrator");
    const kills: Promise<unknown>[] = [];
    const events = new CollectedEvents();
    const result = await shipChange({
      plan: paidStatusPlan(),
      connection,
      on: (event) => {
        events.on(event);
        // The first time that each step is begun.
        if (event.type !== "step-started") return;
        if (events.of("step-started").filter(({ step }) => step === event.step).length > 1) return;
        kills.push(
          killer.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'interlock' and datname = current_database()",
          ),
        );
      },
    });
    await Promise.all(kills);
    expect(result).toMatchObject({ state: "done" });
    expect(events.of("reconnected").length).toBeGreaterThan(0);
    expect(
      await database.rows("select status, count(*)::integer as n from payments group by 1 order by 1"),
    ).toEqual([
      { status: "created", n: 1_500 },
      { status: "paid", n: 1_000 },
      { status: "refunded", n: 500 },
    ]);
    expect(await database.rows("select sum(rows_filled) as rows_filled from interlock.ranges")).toEqual([
      { rows_filled: "3000" },
    ]);
  });

  test("a role that may not make the journal is told what it lacks", async () => {
    const { connection, client } = database;
    await client.query("drop role if exists interlock_test_reader");
    await client.query("create role interlock_test_reader login");
    try {
      await expect(
        shipChange({ plan: paidStatusPlan(), connection: { ...connection, user: "interlock_test_reader" } }),
      ).rejects.toMatchObject({ code: "permission-denied", state: "Nothing was changed." });
    } finally {
      await client.query("drop role interlock_test_reader");
    }
    expect(await database.rows("select from pg_namespace where nspname = 'interlock'")).toEqual([]);
  });
});
