import { describe, expect, test } from "vitest";
import type { Shipment, ShipmentDatabase } from "../api/shipments.ts";
import { Failure } from "../std/failure.ts";
import { followShipment } from "./follow-shipment.ts";
import { exitCodeOf, newsOf, renderShipment } from "./shipment-view.ts";

function database(name: string, given: Partial<ShipmentDatabase> = {}): ShipmentDatabase {
  return {
    database: name,
    isCanary: false,
    state: "pending",
    phase: null,
    progress: null,
    failure: null,
    startedAt: null,
    endedAt: null,
    ...given,
  };
}

function shipment(given: Partial<Shipment> = {}): Shipment {
  return {
    shipment: "shp_0000000000000001",
    change: "chg_0000000000000001",
    title: "One status",
    environment: "production",
    state: "running",
    target: "contract",
    direction: "forward",
    canaries: 1,
    concurrency: 4,
    reasons: [],
    stopAskedBy: null,
    startedAt: "2026-11-24T14:08:00.000Z",
    startedBy: "ada",
    endedAt: null,
    rehearsal: "reh_0000000000000001",
    lockBudgetMs: 250,
    acceptsLoss: false,
    losses: [],
    phases: { expand: [], migrate: [], contract: [] },
    databases: [],
    ...given,
  };
}

const failed = database("eu-10", {
  state: "failed",
  phase: "migrate",
  failure: { code: "step-failed", message: "Step migrate-1 could not be done." },
});
const filling = database("eu-1", {
  isCanary: true,
  state: "running",
  phase: "migrate",
  progress: {
    step: "migrate-1",
    title: "fill status",
    rowsSeen: 1_200,
    rowsFilled: 1_000,
    rowsTotal: 5_000,
    rowsPerSecond: 399.6,
    remainingMs: 9_400,
    waiting: null,
  },
});
const reason = { code: "version-still-live", message: "payments@1 is live.", next: "Let it go." };

test("shows where every database is, and what to do", () => {
  const text = renderShipment(
    shipment({ state: "stopped", databases: [filling, failed], reasons: [reason] }),
  );
  expect(text).toBe(`STOPPED  production
shp_0000000000000001  stopped       to contract  chg_0000000000000001  "One status"  2026-11-24 14:08 by ada

  eu-1   canary, running in migrate, fill status, 1200 of about 5000 rows, 400/s, about 10 s left
  eu-10  failed in migrate, step-failed: Step migrate-1 could not be done.

version-still-live: payments@1 is live.
  next: Let it go.
`);
});

describe("the exit code says how it ended", () => {
  test.each<[number, Partial<Shipment>]>([
    [0, { state: "ready" }],
    [0, { state: "done" }],
    [0, { state: "rolled-back" }],
    [1, { state: "waiting" }],
    [1, { state: "stopped", databases: [database("eu-1", { state: "stopped" })] }],
    [2, { state: "stopped", databases: [filling, failed] }],
    [2, { state: "stopped", reasons: [{ ...reason, code: "internal" }] }],
  ])("%i for %o", (code, given) => {
    expect(exitCodeOf(shipment(given))).toBe(code);
  });
});

test("tells what is new, once", () => {
  const begun = shipment({ databases: [filling, database("eu-2")] });
  expect(newsOf(undefined, begun)).toEqual([
    expect.stringMatching(/^eu-1: canary, running/),
    "shipment running",
  ]);
  expect(newsOf(begun, begun)).toEqual([]);
  const waiting = shipment({ state: "waiting", databases: begun.databases, reasons: [reason] });
  expect(newsOf(begun, waiting)).toEqual([
    "shipment waiting",
    "waits: version-still-live: payments@1 is live. Let it go.",
  ]);
  expect(newsOf(waiting, waiting)).toEqual([]);
});

function ignore(): void {
  // What is said is another test's.
}

describe("following", () => {
  test("goes on while no server answers for a while, and ends with the shipment", async () => {
    const said: string[] = [];
    const answers: (Shipment | Failure)[] = [
      shipment(),
      new Failure({ code: "server-not-reachable", message: "away" }),
      shipment({ state: "done" }),
    ];
    const read = async (): Promise<Shipment> => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error("nobody asks once it is done");
      if (answer instanceof Failure) throw answer;
      return answer;
    };
    const end = await followShipment({ read, say: (line) => said.push(line), waitMs: 60_000 });
    expect(end.state).toBe("done");
    expect(said).toEqual([
      "shipment running",
      "the server does not answer; the shipment goes on without us",
      "shipment done",
    ]);
  });

  test("gives up on one that waits for too long, and on one that may not be seen", async () => {
    const waiting = shipment({ state: "waiting", reasons: [reason] });
    expect(await followShipment({ read: async () => waiting, say: ignore, waitMs: 0 })).toBe(waiting);
    const refused = new Failure({ code: "forbidden", message: "no" });
    await expect(
      followShipment({ read: () => Promise.reject(refused), say: ignore, waitMs: 0 }),
    ).rejects.toBe(refused);
  });
});
