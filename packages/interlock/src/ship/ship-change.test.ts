import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { shipChange } from "./ship-change.ts";
import type { ShipEvent } from "./ship-event.ts";
import { shipStatus } from "./ship-status.ts";

let shadow: Shadow;
let database: string;
let client: Client;

beforeAll(async () => {
  shadow = await openShadow();
});

afterAll(async () => {
  await shadow.close();
});

beforeEach(async () => {
  database = await shadow.createDatabase();
  client = new Client(shadow.connection(database));
  client.on("error", () => undefined);
  await client.connect();
  return async () => {
    await client.end();
    await shadow.dropDatabase(database);
  };
});

describe("shipping a change", () => {
  test("goes through all phases and leaves the new shape", async () => {
    await createPayments(client, { rows: 3_000 });
    const events: ShipEvent[] = [];
    const result = await shipChange({
      plan: paidStatusPlan(),
      connection: shadow.connection(database),
      on: (event) => events.push(event),
    });
    expect(result).toMatchObject({ state: "done", steps: 8, rowsFilled: 3_000 });
    const { rows } = await client.query(
      "select status, count(*)::integer as count from payments group by status order by status",
    );
    expect(rows).toEqual([
      { status: "created", count: 1_500 },
      { status: "paid", count: 1_000 },
      { status: "refunded", count: 500 },
    ]);
    expect(events.filter(({ type }) => type === "phase-started")).toHaveLength(3);
    expect(events.at(-1)).toEqual({ type: "ended", change: "chg-paid-status", state: "done" });
    const again = await shipChange({ plan: paidStatusPlan(), connection: shadow.connection(database) });
    expect(again).toMatchObject({ state: "done", steps: 0 });
  });

  test("stops where both versions work, and goes on from there", async () => {
    await createPayments(client, { rows: 10 });
    const connection = shadow.connection(database);
    const half = await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    expect(half).toMatchObject({ state: "ready", steps: 7 });
    expect((await shipStatus({ connection })).change).toMatchObject({ state: "ready", interrupted: false });
    const whole = await resumeChange({ connection, to: "contract" });
    expect(whole).toMatchObject({ state: "done", steps: 1 });
  });
});
