import { describe, expect, test } from "vitest";
import type { Loss, Plan } from "../plan/plan.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan, statusOfRow } from "./example-change.ts";
import { rollbackChange } from "./rollback-change.ts";
import type { ShipEvent } from "./ship-event.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

const table = { schema: "public", name: "payments" };
const loss = (facts: Pick<Loss, "kind" | "what" | "rows">): Loss => ({
  when: "rollback",
  table,
  column: null,
  ...facts,
});
const stays = loss({ kind: "stays", what: "A rollback leaves behind: grant.", rows: null });
const goes = loss({
  kind: "goes",
  what: "A rollback keeps of payments.status what is_paid, is_refunded can say.",
  rows: `status is not null and status is distinct from (${statusOfRow})`,
});
const refused = loss({
  kind: "refused",
  what: "From expand on payments.note may be long.",
  rows: "length(note) > 3",
});
const planWith = (...losses: Loss[]): Plan => ({ ...paidStatusPlan(), losses });
const accepted = (): Promise<{ detail: { losses: (Loss & { count?: number })[] } }[]> =>
  database.rows("select detail from interlock.decisions where decision = 'accept-loss' order by made_at");

describe("what may be lost", () => {
  test("is accepted before anything is changed, and what was accepted is kept", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const plan = planWith(stays, goes);
    await expect(shipChange({ plan, connection })).rejects.toMatchObject({
      code: "loss-not-accepted",
      why: stays.what,
      state: "Nothing was changed.",
    });
    expect(await database.rows("select from pg_namespace where nspname = 'interlock'")).toEqual([]);
    const events = new CollectedEvents();
    await shipChange({ plan, connection, acceptLoss: true, to: "expand", on: events.on });
    expect(events.of("losses")).toMatchObject([{ losses: [stays, goes], isAccepted: true }]);
    expect(await accepted()).toEqual([{ detail: { losses: [stays, goes] } }]);
    // Once it was begun nobody is asked again.
    expect(await shipChange({ plan, connection })).toMatchObject({ state: "done" });
  });

  test("asks for nothing while the new version has written nothing that the old one can't see", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 500 });
    await shipChange({ plan: planWith(goes), connection, to: "migrate" });
    await client.query("update payments set status = 'paid' where id = 1");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await accepted()).toEqual([]);
  });

  test("is asked for when it is real, with how many rows, before anything is undone", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await shipChange({ plan: planWith(goes), connection, to: "migrate" });
    await client.query("update payments set status = 'disputed' where id in (1, 2)");
    const young = await database.session("payments@2.3.0");
    // Told at once, not after waiting for the sessions of the new version.
    await expect(rollbackChange({ connection })).rejects.toMatchObject({
      code: "loss-not-accepted",
      why: "A rollback keeps of payments.status what is_paid, is_refunded can say: 2 rows now.",
      state: "Expanded and migrated: the old and the new version both work. Nothing was undone.",
    });
    expect(await young.query("select status from payments where id = 1")).toMatchObject({
      rows: [{ status: "disputed" }],
    });
    await young.end();
    expect(await rollbackChange({ connection, acceptLoss: true })).toMatchObject({ state: "rolled-back" });
    expect(await accepted()).toMatchObject([{ detail: { losses: [{ kind: "goes", count: 2 }] } }]);
  });

  test("written while the rollback waits for the new version is seen", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await shipChange({ plan: planWith(goes), connection, to: "migrate" });
    const young = await database.session("payments@2.3.0");
    const events = new CollectedEvents();
    const rolling = rollbackChange({ connection, on: events.on }).catch((error: unknown) => error);
    await events.first("versions-live");
    await young.query("update payments set status = 'disputed' where id = 1");
    await young.end();
    expect(await rolling).toMatchObject({ code: "loss-not-accepted" });
  });

  test("accepted when it was begun, it does not hold up a rollback", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await shipChange({ plan: planWith(goes), connection, to: "migrate", acceptLoss: true });
    await client.query("update payments set status = 'disputed' where id = 1");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
  });

  test("rows that the old shape refuses are named before a rollback, and nothing accepts them away", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await shipChange({ plan: planWith(refused), connection, to: "migrate", acceptLoss: true });
    await client.query("update payments set note = 'long' where id < 3");
    await expect(rollbackChange({ connection, acceptLoss: true })).rejects.toMatchObject({
      code: "rows-in-the-way",
      why: "From expand on payments.note may be long: 2 rows now.",
    });
    expect(await client.query("update payments set status = 'paid' where id = 1")).toMatchObject({
      rowCount: 1,
    });
    await client.query("update payments set note = null");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
  });

  test("a rollback out of the middle of the expansion asks for nothing, and what can't be counted is asked for", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const stop = new AbortController();
    const on = (event: ShipEvent): void => {
      if (event.type === "step-ended" && event.step === "expand-2") stop.abort();
    };
    await expect(
      shipChange({ plan: planWith(goes), connection, on, signal: stop.signal }),
    ).rejects.toMatchObject({ code: "interrupted" });
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back", steps: 2 });
    const uncounted = planWith({ ...goes, rows: "1 / (id - id) > 0" });
    await shipChange({ plan: uncounted, connection, to: "migrate" });
    await expect(rollbackChange({ connection })).rejects.toMatchObject({
      code: "loss-not-accepted",
      why: expect.stringContaining("its rows could not be counted") as unknown,
    });
  });
});
