import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { activities } from "../../api/figures.ts";
import { timesOf } from "../times.ts";
import { keysOf } from "./delivery.ts";
import { gateStretches } from "./gate-stretches.ts";
import { shipStretches, type ShipmentEvent } from "./ship-stretches.ts";
import { spendTime, type Stretch } from "./spend-time.ts";
import { summaryOf } from "./summary.ts";

const at = (seconds: number): Date => new Date(Date.parse("2024-12-17T13:00:00Z") + seconds * 1_000);

describe("a summary", () => {
  test.each([
    [[], { count: 0, meanMs: null, medianMs: null }],
    [[null], { count: 0, meanMs: null, medianMs: null }],
    [[5], { count: 1, meanMs: 5, medianMs: 5 }],
    [[1, 9, null, 2], { count: 3, meanMs: 4, medianMs: 2 }],
    [[10, 2, 4, 100], { count: 4, meanMs: 29, medianMs: 7 }],
  ])("of %j", (values, expected) => {
    expect(summaryOf(values)).toEqual(expected);
  });
});

/** What of a hundred seconds was spent on what. */
function spent(stretches: Stretch[]): Record<string, number> {
  const all = Object.entries(spendTime(stretches, { from: at(0), until: at(100) }));
  return Object.fromEntries(all.filter(([, ms]) => ms > 0));
}

describe("the time of a change", () => {
  test.each<[string, Stretch[], Record<string, number>]>([
    ["nothing was done", [], { waiting: 100_000 }],
    [
      "one thing after the other",
      [
        { what: "rehearsal", from: at(10), until: at(20) },
        { what: "expand", from: at(20), until: at(30) },
        { what: "migrate", from: at(30), until: at(60) },
        { what: "release", from: at(60), until: at(90) },
        { what: "contract", from: at(95), until: at(100) },
      ],
      {
        waiting: 15_000,
        rehearsal: 10_000,
        expand: 10_000,
        migrate: 30_000,
        release: 30_000,
        contract: 5_000,
      },
    ],
    [
      "two at once: the later one of its life has the time",
      [
        { what: "gate", from: at(0), until: at(50) },
        { what: "rehearsal", from: at(10), until: at(20) },
        { what: "release", from: at(40), until: at(60) },
      ],
      { gate: 40_000, release: 20_000, waiting: 40_000 },
    ],
    ["before and after do not count", [{ what: "gate", from: at(-50), until: at(150) }], { gate: 100_000 }],
    [
      "what goes on counts to the end",
      [{ what: "expand", from: at(90), until: null }],
      { expand: 10_000, waiting: 90_000 },
    ],
    ["what took no time takes none", [{ what: "expand", from: at(5), until: at(5) }], { waiting: 100_000 }],
  ])("%s", (_, stretches, expected) => {
    expect(spent(stretches)).toEqual(expected);
  });

  test("always adds up to the whole", () => {
    const stretch = fc.record({
      what: fc.constantFrom(...activities.filter((one) => one !== "waiting")),
      from: fc.integer({ min: -50, max: 150 }).map(at),
      until: fc.option(fc.integer({ min: -50, max: 150 }).map(at)),
    });
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 8 }), (stretches) => {
        const parts = Object.values(spendTime(stretches, { from: at(0), until: at(100) }));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(100_000);
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

function event(seconds: number, kind: string, more: Partial<ShipmentEvent> = {}): ShipmentEvent {
  return { at: at(seconds), kind, database: "main", task: null, phase: null, ...more };
}

test("a shipment's phases, database by database, however its turns end", () => {
  const stretches = shipStretches([
    event(0, "shipment-database-begun", { task: "expand" }),
    event(2, "shipment-progress", { phase: "migrate" }),
    event(3, "shipment-progress", { phase: "migrate" }),
    event(5, "shipment-database-failed"),
    event(6, "shipment-database-begun", { task: "expand" }),
    event(6, "shipment-database-begun", { database: "eu", task: "expand" }),
    event(8, "shipment-progress", { phase: "migrate" }),
    event(9, "shipment-database-reached"),
    event(9, "shipment-database-reached", { database: "eu" }),
    event(20, "shipment-database-begun", { task: "contract" }),
    event(30, "shipment-database-begun", { database: "eu", task: "rollback" }),
  ]);
  expect(stretches).toEqual([
    { what: "expand", from: at(0), until: at(2) },
    { what: "migrate", from: at(2), until: at(5) },
    { what: "expand", from: at(6), until: at(8) },
    { what: "expand", from: at(6), until: at(9) },
    { what: "migrate", from: at(8), until: at(9) },
    { what: "contract", from: at(20), until: null },
  ]);
});

test("a change is held from the first answer that is not go until the next go", () => {
  const answers = ["go", "blocked", "unknown", "go", "go", "unknown"] as const;
  expect(gateStretches(answers.map((verdict, index) => ({ at: at(index), verdict })))).toEqual([
    { what: "gate", from: at(1), until: at(3) },
    { what: "gate", from: at(5), until: null },
  ]);
});

test("the four keys of ten days", () => {
  const day = 86_400;
  const keys = keysOf({
    from: at(0),
    until: at(10 * day),
    deployments: [at(-1), at(0), at(5 * day), at(10 * day)],
    changes: [
      { leadMs: 1_000, causedIncident: false },
      { leadMs: 5_000, causedIncident: false },
      { leadMs: null, causedIncident: true },
    ],
    restoreMs: [1_200_000, null],
  });
  expect(keys).toEqual({
    deployments: 2,
    deploymentsPerDay: 0.2,
    leadTime: { count: 2, meanMs: 3_000, medianMs: 3_000 },
    changes: 3,
    changesThatFailed: 1,
    changeFailureRate: 1 / 3,
    timeToRestore: { count: 1, meanMs: 1_200_000, medianMs: 1_200_000 },
  });
});

test("nothing went out: no rate, no times", () => {
  const none = keysOf({ from: at(0), until: at(60), deployments: [], changes: [], restoreMs: [] });
  expect(none).toMatchObject({ deploymentsPerDay: 0, changeFailureRate: null, leadTime: { count: 0 } });
});

test("what came before the start took no time, and what is not known is not zero", () => {
  const times = timesOf({
    startedAt: at(60),
    detectedAt: at(0),
    declaredAt: at(120),
    unitAt: null,
    firstUpdateAt: at(840),
    recoveredAt: at(1_260),
    endedAt: null,
  });
  expect(times).toEqual({
    detectMs: 0,
    declareMs: 60_000,
    unitMs: null,
    firstUpdateMs: 780_000,
    recoverMs: 1_200_000,
    resolveMs: null,
  });
});
