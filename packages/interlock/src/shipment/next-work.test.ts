import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextWork, type DatabaseWork, type NextWork, type ShipmentWork } from "./next-work.ts";

function fleet(...states: Partial<DatabaseWork>[]): DatabaseWork[] {
  return states.map((given, position) => ({
    database: `db-${String(position)}`,
    position,
    isCanary: false,
    state: "pending",
    phase: null,
    isAtWork: false,
    ...given,
  }));
}

function shipment(given: Partial<ShipmentWork> & Pick<ShipmentWork, "databases">): ShipmentWork {
  return { direction: "forward", target: "contract", concurrency: 2, isStopAsked: false, ...given };
}

const ready = { state: "ready", phase: "migrate" } as const;
const done = { state: "done", phase: "contract" } as const;
const expanding = { state: "running", phase: "expand", isAtWork: true } as const;
const canary = { isCanary: true } as const;

describe("what may begin next", () => {
  test.each<[string, ShipmentWork, NextWork]>([
    [
      "canaries before the others",
      shipment({ databases: fleet({}, canary, {}, canary) }),
      { kind: "begin", task: "expand", databases: ["db-1", "db-3"] },
    ],
    [
      "the others wait while a canary is under way",
      shipment({ databases: fleet({}, { ...canary, ...expanding }) }),
      { kind: "wait" },
    ],
    [
      "as many at once as are allowed",
      shipment({ databases: fleet(expanding, {}, {}, {}) }),
      { kind: "begin", task: "expand", databases: ["db-1"] },
    ],
    [
      "no contract before every database is expanded",
      shipment({ databases: fleet(ready, ready, expanding) }),
      { kind: "wait" },
    ],
    [
      "contract, the canary first",
      shipment({ databases: fleet(ready, { ...ready, ...canary }) }),
      { kind: "begin", task: "contract", databases: ["db-1"] },
    ],
    [
      "the end of an expand",
      shipment({ target: "expand", databases: fleet(ready, ready) }),
      { kind: "settle", state: "ready" },
    ],
    ["the end", shipment({ databases: fleet(done, done) }), { kind: "settle", state: "done" }],
    [
      "nothing new after a failure",
      shipment({ databases: fleet({ state: "failed", phase: "expand" }, {}) }),
      { kind: "settle", state: "stopped" },
    ],
    [
      "what is under way at a failure ends first",
      shipment({ databases: fleet({ state: "failed", phase: "expand" }, expanding, {}) }),
      { kind: "wait" },
    ],
    [
      "nothing new after a stop",
      shipment({ isStopAsked: true, databases: fleet(ready, {}) }),
      { kind: "settle", state: "stopped" },
    ],
    [
      "a database whose server died is taken up again",
      shipment({ databases: fleet({ state: "running", phase: "migrate" }, ready) }),
      { kind: "begin", task: "expand", databases: ["db-0"] },
    ],
    [
      "back: what was never begun is left alone",
      shipment({ direction: "back", databases: fleet({ state: "pending", phase: "expand" }, {}) }),
      { kind: "begin", task: "rollback", databases: ["db-0"] },
    ],
    [
      "back: first where contract was begun",
      shipment({
        direction: "back",
        databases: fleet({ phase: "migrate" }, { phase: "contract" }, { phase: "contract" }),
      }),
      { kind: "begin", task: "rollback", databases: ["db-1", "db-2"] },
    ],
    [
      "back: the end",
      shipment({ direction: "back", databases: fleet({ state: "rolled-back", phase: "migrate" }, {}) }),
      { kind: "settle", state: "rolled-back" },
    ],
  ])("%s", (_, given, expected) => {
    expect(nextWork(given)).toEqual(expected);
  });
});

// A fleet without databases below it: works, fails, loses its server, is stopped, resumed and rolled back in any
// order, and at every moment what was promised holds.

type Happening =
  | { kind: "end"; at: number }
  | { kind: "fail"; at: number }
  | { kind: "kill" }
  | { kind: "stop" }
  | { kind: "resume" }
  | { kind: "rollback" };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("end" as const), at: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fail" as const), at: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "kill" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "stop" as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: "resume" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "rollback" as const }) },
);

interface World {
  direction: "forward" | "back";
  target: "expand" | "contract";
  concurrency: number;
  isStopAsked: boolean;
  databases: DatabaseWork[];
  settled: string | null;
}

function move(world: World): void {
  for (;;) {
    const next = nextWork(world);
    if (next.kind === "settle") {
      for (const one of world.databases) if (one.state === "running") one.state = "stopped";
      world.settled = next.state;
    }
    if (next.kind !== "begin") return;
    expect(next.databases.length).toBeGreaterThan(0);
    for (const name of next.databases) begin(world, name, next.task);
  }
}

function begin(world: World, name: string, task: string): void {
  const one = world.databases.find(({ database }) => database === name);
  if (one === undefined) throw new Error("only databases of the shipment begin");
  const others = world.databases.filter((other) => other !== one);
  if (task === "expand" && !one.isCanary) {
    expect(
      others
        .filter(({ isCanary }) => isCanary)
        .every(({ state, phase }) => state === "ready" || phase === "contract"),
    ).toBe(true);
  }
  if (task === "contract") {
    expect(
      world.databases.every(({ state, phase }) => ["ready", "done"].includes(state) || phase === "contract"),
    ).toBe(true);
    if (!one.isCanary)
      expect(others.every(({ isCanary, state }) => !isCanary || state === "done")).toBe(true);
    one.phase = "contract";
  } else if (task === "expand") one.phase = "expand";
  else expect(one.phase).not.toBeNull();
  one.state = "running";
  one.isAtWork = true;
  expect(world.databases.filter(({ isAtWork }) => isAtWork).length).toBeLessThanOrEqual(world.concurrency);
}

/** What the commands do to the rows, as resume-shipment.ts and roll-back-shipment.ts do it. */
function happen(world: World, event: Happening): void {
  const busy = world.databases.filter(({ isAtWork }) => isAtWork);
  if (event.kind === "end" || event.kind === "fail") {
    const one = busy[event.at % Math.max(1, busy.length)];
    if (one === undefined) return;
    const reached = world.direction === "back" ? "rolled-back" : one.phase === "contract" ? "done" : "ready";
    one.state = event.kind === "fail" ? "failed" : reached;
    if (one.state === "ready") one.phase = "migrate";
    one.isAtWork = false;
  } else if (event.kind === "kill") for (const one of busy) one.isAtWork = false;
  else if (event.kind === "stop") world.isStopAsked = true;
  else if (event.kind === "resume" && world.settled === "stopped") {
    for (const one of world.databases) {
      if (one.state === "failed" || one.state === "stopped")
        one.state = world.direction === "forward" && one.phase === "contract" ? "ready" : "pending";
    }
    world.isStopAsked = false;
    world.settled = null;
  } else if (event.kind === "rollback" && world.direction === "forward" && world.settled !== "done") {
    if (world.databases.some(({ state }) => state === "done")) return;
    for (const one of world.databases) {
      one.isAtWork = false;
      one.state = "pending";
    }
    world.direction = "back";
    world.isStopAsked = false;
    world.settled = null;
  }
}

test("whatever happens in whatever order, the promises hold and the end can be reached", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom("expand" as const, "contract" as const),
      fc.array(happening, { maxLength: 60 }),
      (canaries, concurrency, target, events) => {
        const databases = fleet(...canaries.map((isCanary) => ({ isCanary })));
        const world: World = {
          direction: "forward",
          target,
          concurrency,
          isStopAsked: false,
          databases,
          settled: null,
        };
        move(world);
        for (const event of events) {
          happen(world, event);
          if (world.settled === null) move(world);
        }
        for (let turn = 0; turn < 200 && world.settled !== goal(world); turn += 1) {
          happen(world, world.settled === "stopped" ? { kind: "resume" } : { kind: "end", at: 0 });
          if (world.settled === null) move(world);
        }
        expect(world.settled).toBe(goal(world));
      },
    ),
    { numRuns: 2_000 },
  );
});

function goal({ direction, target }: World): string {
  return direction === "back" ? "rolled-back" : target === "expand" ? "ready" : "done";
}
