import type { Client } from "pg";
import { expect, test } from "vitest";
import type { GateReason } from "../api/gate.ts";
import { readShipment } from "./read-shipment.ts";
import { resumeShipment } from "./resume-shipment.ts";
import { rollBackShipment } from "./roll-back-shipment.ts";
import { shapeOf } from "./testing/shape-of.ts";
import { useFleet } from "./testing/use-fleet.ts";

const testing = useFleet();

/** The change can't be done there: the column that it adds is there already. */
async function spoil(client: Client | undefined): Promise<void> {
  await client?.query("alter table payments rename column note to status");
}

async function mend(client: Client | undefined): Promise<void> {
  await client?.query("alter table payments rename column status to note");
}

function counts(states: Record<string, string>): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const state of Object.values(states)) counted[state] = (counted[state] ?? 0) + 1;
  return counted;
}

test("20 databases, one that fails: it stops and says which are where; mended and resumed, all are done", async () => {
  const { services, caller } = testing;
  const clients = await testing.fleet(20, { canaries: 2 });
  await spoil(clients.get("db-07"));
  const shipment = await testing.start({ concurrency: 3 });
  await testing.run(shipment);
  const stopped = await readShipment(services, shipment);
  expect(stopped.state).toBe("stopped");
  const states = await testing.states(shipment);
  expect(states["db-07"]).toBe("failed");
  expect(states["db-19"]).toBe("ready");
  expect(states["db-20"]).toBe("ready");
  expect(stopped.reasons.map(({ code }) => code)).toEqual(["step-failed", "where"]);
  expect(stopped.reasons[1]?.message).toMatch(/\d+ expanded: db-19, db-20, db-01.*1 failed in expand: db-07/);
  expect(testing.asked).not.toContain("contract");

  await mend(clients.get("db-07"));
  await resumeShipment(services, { shipment, caller });
  await testing.run(shipment);
  expect(counts(await testing.states(shipment))).toEqual({ done: 20 });
  expect(await testing.state(shipment)).toBe("done");
  const [{ closed_as } = { closed_as: null }] = await testing.control.query<{ closed_as: string | null }>(
    "select closed_as from interlock_control.changes",
  );
  expect(closed_as).toBe("shipped");
});

test("20 databases, one that fails: rolled back, all 20 are as before", async () => {
  const { services, caller } = testing;
  const clients = await testing.fleet(20);
  await spoil(clients.get("db-11"));
  const before = await Promise.all([...clients.values()].map(shapeOf));
  const shipment = await testing.start({ concurrency: 1 });
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("stopped");
  expect(counts(await testing.states(shipment))).toEqual({ ready: 10, failed: 1, pending: 9 });
  await rollBackShipment(services, { shipment, caller });
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("rolled-back");
  expect(await Promise.all([...clients.values()].map(shapeOf))).toEqual(before);
  // The environment is free for another one.
  await mend(clients.get("db-11"));
  const again = await testing.start({ target: "expand", concurrency: 20 });
  await testing.run(again);
  expect((await readShipment(services, again)).reasons).toEqual([]);
  expect(await testing.state(again)).toBe("ready");
});

test("a database that is down stops the fleet before anything else begins; up again it goes on", async () => {
  const { services, caller } = testing;
  await testing.fleet(3, { canaries: 1 });
  testing.down.add("db-03");
  const shipment = await testing.start({ target: "expand" });
  await testing.run(shipment);
  expect(await testing.states(shipment)).toEqual({
    "db-01": "pending",
    "db-02": "pending",
    "db-03": "failed",
  });
  testing.down.clear();
  await resumeShipment(services, { shipment, caller });
  await testing.run(shipment);
  expect(counts(await testing.states(shipment))).toEqual({ ready: 3 });
});

test("contract that fails in one database: no way back for the others, and it says so", async () => {
  const { services, caller } = testing;
  const clients = await testing.fleet(3, { canaries: 1 });
  const shipment = await testing.start({ target: "expand" });
  await testing.run(shipment);
  // Contract sets status not null; a view on the old column keeps it from being dropped.
  await clients.get("db-01")?.query("create view old as select is_paid from payments");
  await resumeShipment(services, { shipment, to: "contract", caller });
  await testing.run(shipment);
  expect(await testing.states(shipment)).toMatchObject({ "db-01": "failed", "db-03": "done" });
  const { reasons } = await readShipment(services, shipment);
  expect(reasons.at(-1)?.next).toContain("There is no way back: ");
  await expect(rollBackShipment(services, { shipment, caller })).rejects.toMatchObject({
    code: "past-the-point-of-no-return",
    message: expect.stringContaining("of 3 databases") as string,
  });
  await clients.get("db-01")?.query("drop view old");
  await resumeShipment(services, { shipment, caller });
  await testing.run(shipment);
  expect(await testing.state(shipment)).toBe("done");
});

test("a gate that turns to blocked in the middle: it waits, shows why, and goes on when it may", async () => {
  const { services } = testing;
  await testing.fleet(2);
  const shipment = await testing.start({ concurrency: 1 });
  const reason: GateReason = {
    code: "version-still-live",
    effect: "blocks",
    message: "old is live",
    next: "let it go",
  };
  testing.against.contract = [reason];
  const running = testing.run(shipment);
  await expect.poll(() => testing.state(shipment), { timeout: 20_000 }).toBe("waiting");
  const waiting = await readShipment(services, shipment);
  expect(waiting.reasons).toEqual([
    { code: "version-still-live", message: "old is live", next: "let it go" },
  ]);
  expect(await testing.states(shipment)).toEqual({ "db-01": "ready", "db-02": "ready" });
  const askedUntilNow = testing.asked.length;
  await expect.poll(() => testing.asked.length, { timeout: 20_000 }).toBeGreaterThan(askedUntilNow + 2);
  testing.against.contract = [];
  await running;
  expect(await testing.state(shipment)).toBe("done");
});
