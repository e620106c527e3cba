import { describe, expect, test } from "vitest";
import { conflictingModes, lockModes, lockTableMode } from "../database/lock-mode.ts";
import { sleep } from "../std/sleep.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

/** Returns when a session stands in the queue for a lock on a table. */
async function waitsForLock(table: string): Promise<void> {
  for (let looks = 0; looks < 2_000; looks += 1) {
    const waiting = await database.rows(
      `select from pg_locks where not granted and relation = '${table}'::regclass`,
    );
    if (waiting.length > 0) return;
    await sleep(5);
  }
  throw new Error(`nobody came to wait for ${table}`);
}

describe("locks", () => {
  test("a step that does not get its lock lets go, says who holds it, and comes back", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const holder = await database.session("report@1");
    await holder.query("begin; select 'secret' from payments");
    const events = new CollectedEvents();
    const shipping = shipChange({ plan: paidStatusPlan(), connection, lockBudgetMs: 50, on: events.on });
    // On a slow machine the transaction counts as a long one before it is tried.
    await events.first("step-waiting");
    while (!events.of("step-waiting").some(({ reason }) => reason === "lock-timeout")) await sleep(5);
    const waiting = events.of("step-waiting").find(({ reason }) => reason === "lock-timeout");
    expect(waiting).toMatchObject({
      step: "expand-1",
      reason: "lock-timeout",
      blockers: [
        {
          applicationName: "report@1",
          mode: "AccessShareLock",
          relation: "payments",
          activity: "idle in transaction",
        },
      ],
    });
    expect(JSON.stringify(waiting)).not.toContain("secret");
    // Between two tries nobody stands in the queue behind it.
    await database.client.query("set lock_timeout = '60s'");
    expect(await database.rows("select count(*)::integer as count from payments")).toEqual([{ count: 5 }]);
    await holder.query("commit");
    expect(await shipping).toMatchObject({ state: "done" });
    const [ended] = events.of("step-ended");
    expect(ended?.attempts).toBeGreaterThan(1);
  });

  test("a long transaction is waited for without queueing behind it", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const holder = await database.session("report@1");
    await holder.query("begin; select count(*) from payments; select pg_sleep(1.1)");
    const events = new CollectedEvents();
    const shipping = shipChange({ plan: paidStatusPlan(), connection, lockBudgetMs: 50, on: events.on });
    expect(await events.first("step-waiting")).toMatchObject({ reason: "held", attempt: 0 });
    await holder.query("commit");
    expect(await shipping).toMatchObject({ state: "done" });
  });

  test("gives up after its time, and says who holds the lock and what state things are in", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const holder = await database.session("report@1");
    await holder.query("begin; select count(*) from payments");
    await expect(
      shipChange({ plan: paidStatusPlan(), connection, lockBudgetMs: 20, retryForMs: 100 }),
    ).rejects.toMatchObject({
      code: "lock-not-available",
      why: expect.stringContaining("report@1") as unknown,
      state: expect.stringContaining("the old version works") as unknown,
    });
    await holder.query("commit");
    expect(await shipChange({ plan: paidStatusPlan(), connection })).toMatchObject({ state: "done" });
  });

  test("a step that holds its lock for longer than the budget is taken back", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const plan = paidStatusPlan();
    const [first] = plan.phases.expand;
    if (first?.kind !== "ddl") throw new Error("the first step is DDL");
    first.statements.push("select pg_catalog.pg_sleep(10)");
    await expect(shipChange({ plan, connection, lockBudgetMs: 30 })).rejects.toMatchObject({
      code: "step-too-slow",
    });
    expect(await database.rows("select * from payments where id = 1")).toEqual([
      { id: "1", is_paid: false, is_refunded: false, note: null },
    ]);
  });

  test("deadlocks are tried again", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await client.query("create table ledger (id bigint)");
    const plan = paidStatusPlan();
    const [first] = plan.phases.expand;
    if (first?.kind !== "ddl") throw new Error("the first step is DDL");
    first.relations.push({ schema: "public", name: "ledger" });
    const other = await database.session("payments@2.2.0");
    await other.query("begin; set local deadlock_timeout = '5s'; lock table ledger in row exclusive mode");
    const events = new CollectedEvents();
    const shipping = shipChange({ plan, connection, lockBudgetMs: 2_000, to: "expand", on: events.on });
    await waitsForLock("ledger");
    // The step has payments and waits for ledger; asking for payments now closes the circle, and the step gives in.
    await other.query("select count(*) from payments");
    await other.query("commit");
    expect(await shipping).toMatchObject({ state: "expanded" });
    expect(events.of("step-waiting").map(({ reason }) => reason)).toContain("deadlock");
  });

  test("conflicts are those of the server", async () => {
    await database.client.query("create table t ()");
    const other = await database.session();
    for (const held of lockModes) {
      await database.client.query(`begin; lock table t in ${lockTableMode(held)} mode`);
      for (const wanted of lockModes) {
        const free = await other
          .query(`begin; lock table t in ${lockTableMode(wanted)} mode nowait; commit`)
          .then(
            () => true,
            () => false,
          );
        if (!free) await other.query("rollback");
        expect({ held, wanted, free }).toEqual({
          held,
          wanted,
          free: !conflictingModes(wanted).includes(held),
        });
      }
      await database.client.query("rollback");
    }
  });
});
