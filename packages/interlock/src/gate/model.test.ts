import { describe, expect, test } from "vitest";
import type { GateRequest } from "../api/gate.ts";
import { decide } from "./decide.ts";
import { requests } from "./testing/model-actions.ts";
import { explore, type Check } from "./testing/model-explore.ts";
import type { Stage } from "./facts.ts";
import { factsOf, ids, rehearsedWith, seenWell } from "./testing/model-facts.ts";
import { isTold, truths, worksAt, type ChangeName, type Truth, type Version } from "./testing/model-truth.ts";
import { firstWorld, liveIn, worksIn, type World } from "./testing/model-world.ts";

/** What a go needs to be known, said a second time and more simply than by the gate; what is amiss, or nothing. */
function amiss(truth: Truth, world: World, request: GateRequest): string | undefined {
  if (request.kind === "release") {
    const version = Number(request.version) as Version;
    for (const change of ["A", "B"] as const) {
      const isUnderWay = world.stages[change].some((stage) => stage !== "before" && stage !== "after");
      if (isUnderWay && !rehearsedWith(world, change).includes(version)) return "not rehearsed";
      if (world.stages[change].includes("between")) return "partly there";
    }
    if (!worksIn(truth, world, version)) return "it does not work";
    return world.running === null || world.running === version ? undefined : "another release is running";
  }
  const change: ChangeName = request.change === ids.A ? "A" : "B";
  const stage = { structure: "after", expand: "expanded", contract: "after", rollback: "before" } as const;
  for (const version of liveIn(world)) {
    if (!rehearsedWith(world, change).includes(version)) return "not rehearsed";
    if (!isTold(truth, { change, version, stage: stage[request.to] })) return "not told";
    const isOnTheWay =
      request.to === "expand" && world.stages[change].some((at) => at.startsWith("b") || at === "expanding");
    if (isOnTheWay && !isTold(truth, { change, version, stage: "before" })) return "not told on the way";
  }
  if (world.stages[change].includes("between")) return "partly there";
  const stages = world.stages[change];
  const isAt = (...some: Stage[]): boolean => stages.some((at) => some.includes(at));
  if (request.to === "expand" && isAt("before") && truth.unplannable.includes(change)) return "no plan";
  if (request.to === "rollback" && !isAt("expanding", "expanded", "rolling-back"))
    return "nothing to take back";
  if (request.to === "contract") {
    if (isAt("before", "expanding", "rolling-back") || !isAt("expanded", "contracting"))
      return "not expanded";
    if (!worksAt(truth, { change, version: world.released, stage: "after" }))
      return "nothing released works after";
  }
  const isTaken =
    request.to === "structure" || (request.to !== "rollback" && truth.block === "kind=drop-column");
  const isHeld = isTaken && change === "B" && world.block === "in-force";
  return isHeld ? "blocked" : undefined;
}

/** Holds every go against what it needs, and against the same question with less to go by. */
function checkOf(truth: Truth): Check {
  return (world, request, verdict) => {
    if (verdict !== "go") {
      // Where everything has been rehearsed nothing is awaited, and the facts would be the same.
      if (world.evidence.A === 2 && world.evidence.B === 2) return undefined;
      const hasted = decide(factsOf(truth, world, request, { ...seenWell, awaited: "failed" })).verdict;
      return hasted === "go" ? "goes with a rehearsal that failed" : undefined;
    }
    const unseen = decide(factsOf(truth, world, request, { ...seenWell, isObserved: false })).verdict;
    if (unseen === "go") return "goes without a look at the database";
    const canStall = world.running !== null;
    const stalled = { ...seenWell, isStalled: true };
    if (canStall && decide(factsOf(truth, world, request, stalled)).verdict !== "go")
      return "a release that is stalled is held against it";
    return amiss(truth, world, request);
  };
}

const withBlock = new Set([
  "split, then split",
  "app-first, then schema-first, and nothing shows when preparing",
  "any, then split, held back as it is and not by its plan",
  "app-first, then any without a plan, held back as it is",
]);

describe("every state that two changes and three versions can come to", () => {
  test.each(truths.map((truth) => [truth.name, truth] as const))("one database: %s", (name, truth) => {
    const first = firstWorld({ databases: 1, isBlocked: withBlock.has(name) });
    const found = explore(truth, [first], checkOf(truth));
    expect(found.violation).toBeUndefined();
    expect(found.stuck === undefined).toBe(truth.hasWay);
    expect(found.states).toBeGreaterThan(800);
    expect(Math.min(...Object.values(found.verdicts))).toBeGreaterThan(0);
  });

  test.each(truths.slice(0, 3).map((truth) => [truth.name, truth] as const))(
    "two databases, everything rehearsed: %s",
    (_, truth) => {
      const first: World = { ...firstWorld({ databases: 2, isBlocked: false }), evidence: { A: 2, B: 2 } };
      const found = explore(truth, [first], checkOf(truth));
      expect(found.violation).toBeUndefined();
      expect(found.stuck).toBeUndefined();
    },
  );
});

/** What somebody did without asking: the one half of a change is there, the other is not. */
const partials: readonly Partial<World>[] = [
  { released: 2, sessions: [true, true, false] },
  { released: 1, running: 2, sessions: [true, false, false] },
  { stages: { A: ["after"], B: ["before"] } },
  { stages: { A: ["between"], B: ["before"] }, raw: "A" },
];
/** The same twice over: B stands on A, and A is not there. */
const hopeless: readonly Partial<World>[] = [
  { released: 3, sessions: [true, false, true] },
  { stages: { A: ["before"], B: ["after"] } },
];

function rootOf(partial: Partial<World>): World {
  return { ...firstWorld({ databases: 1, isBlocked: false }), evidence: { A: 2, B: 2 }, ...partial };
}

describe("a partial deployment", () => {
  test.each(truths.filter(({ hasWay }) => hasWay).map((truth) => [truth.name, truth] as const))(
    "gets no worse, and there is a way out of it: %s",
    (_, truth) => {
      const found = explore(truth, partials.map(rootOf), checkOf(truth));
      expect(found.violation).toBeUndefined();
      expect(found.stuck).toBeUndefined();
    },
  );

  test.each(truths.map((truth) => [truth.name, truth] as const))(
    "twice over gets no worse: %s",
    (_, truth) => {
      expect(explore(truth, hopeless.map(rootOf), checkOf(truth)).violation).toBeUndefined();
    },
  );
});

test("in the first world nothing is known, so nothing goes but what is there already", () => {
  const [truth] = truths;
  if (truth === undefined) throw new Error("there is a truth");
  const world = firstWorld({ databases: 1, isBlocked: false });
  const going = requests.filter((request) => decide(factsOf(truth, world, request)).verdict === "go");
  expect(going).toEqual([{ kind: "release", app: "app", version: "1" }]);
});
