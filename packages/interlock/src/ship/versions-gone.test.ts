import { describe, expect, test } from "vitest";
import { CollectedEvents } from "./collected-events.ts";
import type { ContractWait, ReleaseEvidence } from "./contract-wait.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { comingVersions, leavingVersions, shownNames } from "./live-versions.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

const said = "Releases: payments@2.3.0 is out everywhere.";
const released = (): Promise<ReleaseEvidence> => Promise.resolve({ waits: [], said });

describe("versions that must have gone", () => {
  test("the contract phase waits until the last session of the old version is gone", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const old = await database.session("payments@2.2.0");
    const events = new CollectedEvents();
    const shipping = shipChange({ plan: paidStatusPlan(), connection, on: events.on });
    const live = await events.first("versions-live");
    expect(live.versions).toMatchObject([{ appVersion: "payments@2.2.0", pids: [expect.any(Number)] }]);
    await old.query("insert into payments (id, is_paid) values (6, true)");
    await old.end();
    expect(await shipping).toMatchObject({ state: "done" });
    expect(await database.rows("select status from payments where id = 6")).toEqual([{ status: "paid" }]);
  });

  test("gives up after its time, with both versions working", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const old = await database.session("payments@2.2.0");
    await expect(shipChange({ plan: paidStatusPlan(), connection, versionsWaitMs: 0 })).rejects.toMatchObject(
      {
        code: "old-version-live",
        state: "Expanded and migrated: the old and the new version both work.",
        why: expect.stringContaining("payments@2.2.0 (1 session") as unknown,
      },
    );
    await old.query("update payments set is_paid = true where id = 1");
    expect(await database.rows("select status from payments where id = 1")).toEqual([{ status: "paid" }]);
  });

  test("one that comes while the step waits for its lock is seen once the step has it", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    const reader = await database.session("report");
    await reader.query("begin; select count(*) from payments");
    const events = new CollectedEvents();
    const shipping = shipChange({ plan: paidStatusPlan(), connection, on: events.on });
    await events.first("step-waiting");
    const old = await database.session("payments@2.2.0");
    await reader.query("commit");
    await events.first("versions-live");
    expect(await old.query("select is_paid from payments where id = 2")).toMatchObject({ rowCount: 1 });
    await old.end();
    expect(await shipping).toMatchObject({ state: "done" });
  });

  test("--force goes on and its reason is kept", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    await database.session("payments@2.2.0");
    const result = await shipChange({
      plan: paidStatusPlan(),
      connection,
      versionsWaitMs: 0,
      force: { reason: "a forgotten console" },
    });
    expect(result).toMatchObject({ state: "done" });
    expect(await database.rows("select detail from interlock.decisions where decision = 'force'")).toEqual([
      { detail: { reason: "a forgotten console" } },
    ]);
  });

  test("one that nothing was proved about is waited for as well, before expand and before contract", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const plan = paidStatusPlan();
    const fix = await database.session("payments@2.2.1");
    await expect(shipChange({ plan, connection })).rejects.toMatchObject({
      code: "unproved-version-live",
      message:
        "payments@2.2.1 is live, and change chg-paid-status was proved with payments@2.2.0, payments@2.3.0 only.",
      state: "Nothing was changed.",
    });
    await fix.end();
    await shipChange({ plan, connection, to: "migrate" });
    const later = await database.session("payments@2.2.1");
    const { change } = await shipStatus({ connection });
    expect(change?.contractWaits).toMatchObject([{ kind: "unproved", who: "payments@2.2.1" }]);
    await expect(shipChange({ plan, connection, versionsWaitMs: 0 })).rejects.toMatchObject({
      code: "unproved-version-live",
      state: "Expanded and migrated: the old and the new version both work.",
    });
    // A server that knows of it has judged it; another app is none of this plan's business.
    await database.session("ledger@7");
    expect(await shipChange({ plan, connection, versionsWaitMs: 0, releases: released })).toMatchObject({
      state: "done",
    });
    await later.end();
  });

  test("a release that is not out is waited for, where somebody knows, and what they say is kept", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const plan = paidStatusPlan();
    const wait: ContractWait = {
      kind: "release",
      who: "payments@2.3.0",
      what: "payments@2.3.0 is not released",
      since: null,
    };
    const missing = (): Promise<ReleaseEvidence> => Promise.resolve({ waits: [wait], said: "" });
    await expect(
      shipChange({ plan, connection, versionsWaitMs: 0, releases: missing }),
    ).rejects.toMatchObject({
      code: "not-released",
      why: wait.what,
    });
    await shipChange({ plan, connection, releases: released });
    expect((await shipStatus({ connection })).change?.contractGrounds).toContain(said);
  });

  test("a session that nobody knows on the change's tables is told", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    const plan = paidStatusPlan();
    await shipChange({ plan, connection, to: "migrate" });
    const stranger = await database.session("");
    await stranger.query("begin; insert into payments (id) values (100)");
    const found = [{ applicationName: "", relations: ["payments"] }];
    expect((await shipStatus({ connection })).change?.unknownSessions).toMatchObject(found);
    const events = new CollectedEvents();
    const shipping = shipChange({ plan, connection, on: events.on });
    expect((await events.first("unknown-sessions")).sessions).toMatchObject(found);
    await stranger.query("commit");
    expect(await shipping).toMatchObject({ state: "done" });
  });

  test("a rollback waits for the new version", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 5 });
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    const young = await database.session("payments@2.3.0");
    await expect(rollbackChange({ connection, versionsWaitMs: 0 })).rejects.toMatchObject({
      code: "new-version-live",
    });
    await young.query("update payments set status = 'paid' where id = 1");
    await young.end();
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await database.rows("select is_paid from payments where id = 1")).toEqual([{ is_paid: true }]);
  });

  test("a version on both sides stays", () => {
    const plan = { old: ["a@1", "terminals@1.0.0"], new: ["a@2", "terminals@1.0.0"] };
    expect(leavingVersions(plan)).toEqual(["a@1"]);
    expect(comingVersions(plan)).toEqual(["a@2"]);
  });

  test.each([
    ["payments@2.2.0"],
    [`${"x".repeat(70)}@1.0.0`],
    ["zahlungsdienst-für-händler@1.0.0"],
    [`${"ü".repeat(40)}@1`],
  ])("the server's form of %s is known", async (version) => {
    await database.session(version);
    const [row] = await database.rows<{ name: string }>(
      "select application_name as name from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()",
    );
    expect(shownNames(version)).toContain(row?.name);
  });
});
