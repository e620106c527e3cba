import { Client } from "pg";
import { expect, test } from "vitest";
import { paidStatusPlan } from "../ship/example-change.ts";
import { readShipment } from "./read-shipment.ts";
import { resumeShipment } from "./resume-shipment.ts";
import { rollBackShipment } from "./roll-back-shipment.ts";
import { stopShipment } from "./stop-shipment.ts";
import { strandShipment } from "./strand-shipment.ts";
import { shapeOf } from "./testing/shape-of.ts";
import { takeTurnLock } from "./turn-lock.ts";
import { useFleet } from "./testing/use-fleet.ts";

const testing = useFleet();

/** Keeps the first step of the change waiting in a database until it is let go. */
async function holdTable(name: string): Promise<{ release(): Promise<void> }> {
  const holder = new Client(testing.connection(name));
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table payments in access share mode");
  return {
    async release() {
      await holder.query("rollback");
      await holder.end();
    },
  };
}

function progressed(shipment: string, what: RegExp): Promise<void> {
  return expect
    .poll(
      async () =>
        (await readShipment(testing.services, shipment)).databases
          .map(({ progress }) => progress?.waiting ?? "")
          .join(),
      { timeout: 30_000 },
    )
    .toMatch(what);
}

test("somebody stops it while it waits for a lock: it comes to a safe point, and is resumed to its end", async () => {
  const { services, caller } = testing;
  await testing.fleet(3, { canaries: 1 });
  const held = await holdTable("db-03");
  const shipment = await testing.start({ target: "expand" });
  const running = testing.run(shipment);
  // Progress says who is in the way.
  await progressed(shipment, /AccessShareLock/);
  await stopShipment(services, { shipment, caller });
  await running;
  expect(await testing.states(shipment)).toEqual({
    "db-01": "pending",
    "db-02": "pending",
    "db-03": "stopped",
  });
  const { state, reasons } = await readShipment(services, shipment);
  expect(state).toBe("stopped");
  expect(reasons[0]).toMatchObject({ code: "stopped", message: "ada stopped it." });
  await held.release();
  await resumeShipment(services, { shipment, caller });
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("ready");
});

test("rolled back from the middle: the run under way lets go, and what it had done is taken back", async () => {
  const { services, caller } = testing;
  const clients = await testing.fleet(3);
  const before = await Promise.all([...clients.values()].map(shapeOf));
  const held = await holdTable("db-02");
  const shipment = await testing.start({ concurrency: 1 });
  const running = testing.run(shipment);
  await progressed(shipment, /AccessShareLock/);
  await rollBackShipment(services, { shipment, caller });
  await held.release();
  await Promise.all([running, testing.run(shipment)]);
  expect(await testing.states(shipment)).toMatchObject({ "db-01": "rolled-back", "db-02": "rolled-back" });
  expect(await testing.state(shipment)).toBe("rolled-back");
  expect(await Promise.all([...clients.values()].map(shapeOf))).toEqual(before);
});

test("a turn that is overtaken before it begins does nothing, however late it notices", async () => {
  const { services, caller } = testing;
  const clients = await testing.fleet(1);
  const lock = await takeTurnLock(testing.connection("db-01"), {
    waitMs: 0,
    signal: new AbortController().signal,
  });
  const shipment = await testing.start();
  const overtaken = testing.run(shipment, { lookEveryMs: 600_000 });
  await expect.poll(async () => (await testing.states(shipment))["db-01"]).toBe("running");
  await expect
    .poll(async () => {
      const waiting = await clients
        .get("db-01")
        ?.query(
          "select from pg_stat_activity where datname = current_database() and query like '%interlock shipment turn%' and pid <> pg_backend_pid()",
        );
      return waiting?.rowCount;
    })
    .toBe(2);
  await rollBackShipment(services, { shipment, caller });
  await lock?.release();
  await overtaken;
  const journal = await clients.get("db-01")?.query("select to_regclass('interlock.changes') as journal");
  expect(journal?.rows).toEqual([{ journal: null }]);
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("rolled-back");
});

test("two servers that both believe to have it: the later one goes on, the earlier one writes nothing any more", async () => {
  await testing.fleet(2);
  const held = await holdTable("db-01");
  const shipment = await testing.start({ target: "expand", concurrency: 2 });
  const earlier = testing.run(shipment);
  await progressed(shipment, /AccessShareLock/);
  const later = testing.run(shipment);
  await earlier;
  await held.release();
  await later;
  expect(await testing.state(shipment)).toBe("ready");
  const settled = await testing.control.query(
    "select from interlock_control.audit_log where action = 'shipment.ready'",
  );
  expect(settled).toHaveLength(1);
});

test("what was done when a server died before it could write it is seen, though the gate lets nobody do it again", async () => {
  const { services, caller } = testing;
  await testing.fleet(2);
  const shipment = await testing.start();
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("done");
  // As the rows were before the last contract was written.
  await testing.control.query(
    "update interlock_control.shipment_databases set state = 'running', ended_at = null where database = 'db-02'",
  );
  await testing.control.query("update interlock_control.shipments set state = 'running', ended_at = null");
  testing.against.contract = [
    { code: "wrong-phase", effect: "blocks", message: "it is done everywhere", next: "close it" },
  ];
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("done");

  const again = { "db-01": "done", "db-02": "done" };
  expect(await testing.states(shipment)).toEqual(again);
  await expect(rollBackShipment(services, { shipment, caller })).rejects.toMatchObject({ code: "conflict" });
});

test("a rollback where nothing was begun in the target comes to its end without the gate's go", async () => {
  const { services, caller } = testing;
  await testing.fleet(2);
  testing.down.add("db-01");
  const shipment = await testing.start({ concurrency: 1 });
  await testing.run(shipment);
  expect((await testing.states(shipment))["db-01"]).toBe("failed");
  testing.down.clear();
  testing.against.rollback = [
    { code: "wrong-phase", effect: "blocks", message: "nothing is to be taken back", next: "nothing" },
  ];
  await rollBackShipment(services, { shipment, caller });
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("rolled-back");
});

const loss = { when: "rollback", table: { schema: "public", name: "payments" }, column: null } as const;

test("what a rollback can't give back is accepted where it starts", async () => {
  await testing.fleet(1);
  const left = { ...loss, kind: "stays", what: "A rollback leaves behind: a grant.", rows: null } as const;
  const plan = { ...paidStatusPlan(), losses: [left] };
  await expect(testing.start({ plan })).rejects.toMatchObject({
    code: "loss-not-accepted",
    why: left.what,
    next: expect.stringContaining("--accept-loss") as unknown,
  });
  const shipment = await testing.start({ plan, acceptLoss: true });
  expect(await readShipment(testing.services, shipment)).toMatchObject({
    acceptsLoss: true,
    losses: [{ what: left.what }],
  });
  const [entry] = await testing.control.query(
    "select detail -> 'acceptedLosses' as losses from interlock_control.audit_log where action = 'shipment.start'",
  );
  expect(entry).toEqual({ losses: [left.what] });
});

test("a rollback that would lose what the new version has written stops to ask", async () => {
  const { services, caller } = testing;
  const clients = await testing.fleet(2);
  const goes = {
    ...loss,
    kind: "goes",
    what: "A rollback drops payments.status.",
    rows: "status = 'disputed'",
  } as const;
  const shipment = await testing.start({ target: "expand", plan: { ...paidStatusPlan(), losses: [goes] } });
  await testing.run(shipment);
  await clients.get("db-02")?.query("update payments set status = 'disputed' where id = 1");
  await rollBackShipment(services, { shipment, caller });
  await testing.run(shipment);
  const { state, reasons, acceptsLoss } = await readShipment(services, shipment);
  expect({ state, acceptsLoss, next: reasons[0]?.next }).toEqual({
    state: "stopped",
    acceptsLoss: false,
    next: expect.stringContaining(`\`interlock shipment rollback ${shipment} --accept-loss\``) as unknown,
  });
  await expect(rollBackShipment(services, { shipment, caller })).rejects.toMatchObject({ code: "conflict" });
  await rollBackShipment(services, { shipment, acceptLoss: true, caller });
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("rolled-back");
});

test("a workflow that fails in itself leaves a shipment that can be resumed, and only while it is the last run", async () => {
  const { services, caller } = testing;
  await testing.fleet(1);
  const shipment = await testing.start({ target: "expand" });
  await strandShipment(services, { shipment, run: 2 });
  expect(await testing.state(shipment)).toBe("running");
  await strandShipment(services, { shipment, run: 1 });
  expect(await readShipment(services, shipment)).toMatchObject({
    state: "stopped",
    reasons: [{ code: "internal" }],
  });
  await resumeShipment(services, { shipment, caller });
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("ready");
});

test("what a person is told names the shipment's own commands", async () => {
  const clients = await testing.fleet(1);
  await clients.get("db-01")?.query("alter table payments rename column note to status");
  const shipment = await testing.start();
  await testing.run(shipment);
  const { reasons } = await readShipment(testing.services, shipment);
  expect(reasons[0]?.next).toContain(`\`interlock shipment resume ${shipment}\``);
  expect(reasons.map(({ next }) => next).join("\n")).not.toMatch(/interlock (?:resume|rollback|status)/);
});
