import { describe, expect, test } from "vitest";
import { sleep } from "../std/sleep.ts";
import type { IndexStep, Plan } from "../plan/plan.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { readIndexState } from "./index-state.ts";
import { resumeChange } from "./resume-change.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();
const index = { schema: "public", name: "payments_note" };

function indexPlan(statement = "create unique index concurrently payments_note on payments (note)"): Plan {
  const step: IndexStep = {
    kind: "index",
    id: "expand-1",
    title: "unique index on note",
    relations: [{ schema: "public", name: "payments" }],
    lock: "ShareUpdateExclusiveLock",
    undo: [],
    statement,
    index,
  };
  return { ...paidStatusPlan({ id: "chg-index" }), phases: { expand: [step], migrate: [], contract: [] } };
}

describe("indexes", () => {
  test("one that the rows do not allow is left nowhere; once they do, resume makes it", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await client.query("update payments set note = 'same' where id in (1, 2)");
    await expect(shipChange({ plan: indexPlan(), connection })).rejects.toMatchObject({
      code: "step-failed",
      why: expect.stringContaining("23505") as unknown,
    });
    expect(await readIndexState(client, index)).toBe("missing");
    await client.query("update payments set note = 'other' where id = 2");
    expect(await resumeChange({ connection })).toMatchObject({ state: "done" });
    expect(await readIndexState(client, index)).toBe("valid");
  });

  test("an invalid one that an interrupted try left is replaced", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const holder = await database.session("report");
    await holder.query("begin; update payments set note = 'x' where id = 1");
    const stop = new AbortController();
    const shipping = shipChange({ plan: indexPlan(), connection, signal: stop.signal });
    shipping.catch(() => undefined);
    for (let looks = 0; (await readIndexState(client, index)) !== "invalid"; looks += 1) {
      if (looks > 2_000) throw new Error("the index never came to be made");
      await sleep(5);
    }
    stop.abort();
    await expect(shipping).rejects.toMatchObject({ code: "interrupted" });
    await holder.query("rollback");
    expect(await resumeChange({ connection })).toMatchObject({ state: "done" });
    expect(await readIndexState(client, index)).toBe("valid");
  });

  test("one of the same name that somebody else made is neither used nor dropped", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await client.query("create index payments_note on payments (is_paid)");
    for (const attempt of [
      () => shipChange({ plan: indexPlan(), connection }),
      () => resumeChange({ connection }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: "step-failed" });
    }
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await database.rows("select indexdef from pg_indexes where indexname = 'payments_note'")).toEqual([
      { indexdef: "CREATE INDEX payments_note ON public.payments USING btree (is_paid)" },
    ]);
  });

  test("one is dropped, and made again on the way back", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await client.query("create index payments_note on payments (note)");
    const plan = indexPlan("drop index concurrently payments_note");
    const [step] = plan.phases.expand;
    if (step === undefined) throw new Error("the plan has a step");
    step.undo = ["create index concurrently payments_note on payments (note)"];
    plan.phases.contract.push({
      ...step,
      id: "contract-1",
      kind: "ddl",
      statements: ["select 1"],
      undo: null,
    });
    expect(await shipChange({ plan, connection, to: "expand" })).toMatchObject({ steps: 1 });
    expect(await readIndexState(client, index)).toBe("missing");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await readIndexState(client, index)).toBe("valid");
  });
});

describe("verifying", () => {
  test("counts and names the rows that offend; once they are right, resume goes on", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 300 });
    await shipChange({ plan: paidStatusPlan(), connection, to: "expand" });
    const events = new CollectedEvents();
    // Somebody writes past the sync.
    await client.query(
      "set interlock.sync = 'off'; update payments set status = 'paid' where id <= 7; reset interlock.sync",
    );
    await expect(shipChange({ plan: paidStatusPlan(), connection, on: events.on })).rejects.toMatchObject({
      code: "verification-failed",
      message: expect.stringContaining("5 rows of public.payments") as unknown,
      why: expect.stringContaining("id = 1\n") as unknown,
      state: expect.stringContaining("Nothing was removed") as unknown,
    });
    expect(await database.rows("select is_paid from payments where id = 1")).toEqual([{ is_paid: false }]);
    await client.query(
      "update payments set is_paid = true where id in (1, 3, 5, 7); update payments set status = 'refunded' where id = 6",
    );
    expect(await resumeChange({ connection })).toMatchObject({ state: "done" });
  });

  test("goes on where it was stopped, and meets each row once, whatever the table is made of", async () => {
    const { connection, client } = database;
    await client.query(`create table events (id integer, seen boolean) partition by range (id);
      create table events_low partition of events for values from (0) to (1000);
      create table events_middle partition of events for values from (1000) to (2000);
      create table events_high partition of events for values from (2000) to (9000);
      insert into events select i, true from generate_series(1, 2999) as i`);
    const plan: Plan = { ...paidStatusPlan(), phases: { expand: [], migrate: [], contract: [] } };
    const relation = { schema: "public", name: "events" };
    plan.phases.migrate.push({
      kind: "verify",
      id: "migrate-1",
      title: "every event is seen",
      relations: [relation],
      lock: "AccessShareLock",
      undo: null,
      relation,
      violation: "not seen",
      message: "These are not.",
    });
    const stop = new AbortController();
    const told: number[] = [];
    const shipping = shipChange({
      plan,
      connection,
      signal: stop.signal,
      on: (event) => {
        if (event.type !== "verify-progress") return;
        told.push(event.rowsSeen);
        stop.abort();
      },
    });
    await expect(shipping).rejects.toMatchObject({ code: "interrupted" });
    expect(told).toEqual([999]);
    // Behind the verification, where it looks no more; and before it.
    await client.query("update events set seen = false where id in (5, 1500, 2999)");
    const events = new CollectedEvents();
    await expect(resumeChange({ connection, on: events.on })).rejects.toMatchObject({
      code: "verification-failed",
      message: expect.stringContaining("2 rows of") as unknown,
    });
    expect(events.of("verify-progress").at(-1)).toMatchObject({ rowsSeen: 2_999, rowsFilled: 2 });
    // From the start again, once somebody says that they are right.
    await client.query("update events set seen = true where id in (1500, 2999)");
    await expect(resumeChange({ connection })).rejects.toMatchObject({
      message: expect.stringContaining("1 row of") as unknown,
    });
    await client.query("update events set seen = true");
    expect(await resumeChange({ connection })).toMatchObject({ state: "done" });
  });
});
