import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideDetection } from "./decide.ts";
import { mostOpenedInAnHour } from "./decide-opening.ts";
import type { SignalFact } from "./facts.ts";
import { carryOut, factsOf, newWorld, policy, settle, type World } from "./testing-world.ts";

const components = [
  { key: "payment-api", policy, isHealthy: false },
  { key: "page", policy: { ...policy, priority: "P3" as const }, isHealthy: false },
  { key: "pos", policy, isHealthy: true },
  { key: "docs", policy: null, isHealthy: true },
];

let signals = 0;

function raise(world: World, component: string | null, change: Partial<SignalFact> = {}): SignalFact {
  signals += 1;
  const at = new Date(world.now);
  const signal: SignalFact = {
    id: `sig-${String(signals)}`,
    component,
    severity: "critical",
    isOfObjective: false,
    state: "firing",
    startedAt: at,
    firstAt: at,
    endedAt: null,
    incident: null,
    culprits: [],
    ...change,
  };
  world.signals.push(signal);
  return signal;
}

function end(world: World, id: string): void {
  world.signals = world.signals.map((one) =>
    one.id === id && one.state === "firing" ? { ...one, state: "ended", endedAt: new Date(world.now) } : one,
  );
}

function pass(world: World, minutes: number): void {
  world.now += minutes * 60_000;
}

function open(world: World): World["incidents"] {
  return world.incidents.filter(({ resolvedAt }) => resolvedAt === null);
}

describe("a confirmed signal", () => {
  test("opens the incident that its component declares, from its first failure, with who is not hit", () => {
    const world = newWorld(components);
    const startedAt = new Date(world.now - 9_000);
    const { id, firstAt } = raise(world, "payment-api", { startedAt });
    expect(decideDetection(factsOf(world))).toEqual([
      {
        do: "open",
        priority: "P1",
        publish: true,
        affected: [{ component: "payment-api", status: "major_outage" }],
        unaffected: ["pos", "docs"],
        signals: [id],
        startedAt,
        detectedAt: firstAt,
      },
    ]);
  });

  test("of a component that declares nothing, a warning, and one that is over open nothing", () => {
    const world = newWorld(components);
    raise(world, "docs");
    raise(world, null);
    raise(world, "nowhere");
    raise(world, "payment-api", { severity: "warning" });
    raise(world, "payment-api", { state: "ended", endedAt: new Date(world.now) });
    expect(decideDetection(factsOf(world))).toEqual([]);
  });

  test("of a component that is affected already is put to the incident, and so is what belongs to its story", () => {
    const world = newWorld(components);
    raise(world, "payment-api");
    settle(world);
    pass(world, 60);
    raise(world, "payment-api");
    raise(world, "payment-api", { severity: "warning" });
    settle(world);
    expect(world.done).toEqual(["open", "attach", "attach"]);
    expect(world.signals.every(({ incident }) => incident === "inc-0")).toBe(true);
  });

  test("an alarm that is about no component is put to what began with it", () => {
    const world = newWorld(components);
    raise(world, "payment-api");
    settle(world);
    raise(world, null, { culprits: ["ddl production/main 12"] });
    raise(world, null);
    settle(world);
    expect(world.signals.map(({ incident }) => incident)).toEqual(["inc-0", "inc-0", null]);
  });

  test("of another component is the same trouble when it begins at about the same time, or names the same change", () => {
    const world = newWorld(components);
    raise(world, "page", { culprits: ["ddl production/main 12"] });
    settle(world);
    pass(world, 5);
    raise(world, "payment-api");
    const [action] = decideDetection(factsOf(world));
    expect(action).toMatchObject({ do: "attach", affected: [{ component: "payment-api" }], priority: "P1" });
    settle(world);
    pass(world, 120);
    raise(world, "pos", { culprits: ["ddl production/main 12"] });
    world.incidents = world.incidents.map((one) => ({ ...one, culprits: ["ddl production/main 12"] }));
    settle(world);
    expect(world.incidents).toHaveLength(1);
    expect(world.incidents[0]?.affected.toSorted()).toEqual(["page", "payment-api", "pos"]);
  });

  test("of another component, much later and of another change, is another incident", () => {
    const world = newWorld(components);
    raise(world, "page");
    settle(world);
    pass(world, 60);
    raise(world, "payment-api");
    settle(world);
    expect(open(world)).toHaveLength(2);
  });

  test("of an objective over hours does not hold up recovery, unless it is all that there is", () => {
    const world = newWorld(components);
    const probe = raise(world, "payment-api");
    raise(world, "payment-api", { isOfObjective: true });
    settle(world);
    end(world, probe.id);
    pass(world, 10);
    settle(world);
    expect(world.done).toContain("recover");
    const alone = newWorld(components);
    raise(alone, "payment-api", { isOfObjective: true });
    settle(alone);
    pass(alone, 10);
    settle(alone);
    expect(alone.done).not.toContain("recover");
  });

  test("that is taken up together with another one, hours older, is a trouble of its own", () => {
    const world = newWorld(components);
    raise(world, "page", { startedAt: new Date(world.now - 7_200_000) });
    raise(world, "payment-api");
    settle(world);
    expect(world.incidents.map(({ affected }) => affected)).toEqual([["page"], ["payment-api"]]);
  });

  test("after many incidents within an hour opens no other: it is put to the latest", () => {
    const many = Array.from({ length: 8 }, (_, index) => ({
      key: `c${String(index)}`,
      policy,
      isHealthy: false,
    }));
    for (const [isResolved, last] of [
      [true, "reopen"],
      [false, "attach"],
    ] as const) {
      const world = newWorld(many);
      for (const { key } of many.slice(0, mostOpenedInAnHour)) {
        const { id } = raise(world, key);
        settle(world);
        if (isResolved) {
          end(world, id);
          for (const one of open(world))
            Object.assign(one, { resolvedAt: new Date(world.now), affected: [] });
        }
        pass(world, 11);
      }
      raise(world, "c7");
      expect(settle(world)).toMatchObject([{ do: last, incident: `inc-${String(mostOpenedInAnHour - 1)}` }]);
      pass(world, 60);
      raise(world, "c6");
      expect(settle(world).map((action) => action.do)).toContain("open");
    }
  });

  test("soon after a resolution opens the same incident again, and a new one later", () => {
    const world = newWorld(components);
    const first = raise(world, "payment-api");
    settle(world);
    end(world, first.id);
    world.incidents = world.incidents.map((one) => ({
      ...one,
      resolvedAt: new Date(world.now),
      affected: [],
    }));
    pass(world, 20);
    const second = raise(world, "payment-api");
    settle(world);
    expect(world.done).toEqual(["open", "reopen"]);
    end(world, second.id);
    world.incidents = world.incidents.map((one) => ({
      ...one,
      resolvedAt: new Date(world.now),
      affected: [],
    }));
    pass(world, 40);
    raise(world, "payment-api");
    settle(world);
    expect(world.done).toEqual(["open", "reopen", "open"]);
  });
});

describe("an incident that opened itself", () => {
  test("recovers when everything is quiet for a while, as of the moment when it became so", () => {
    const world = newWorld(components);
    const one = raise(world, "payment-api");
    const other = raise(world, "payment-api");
    settle(world);
    end(world, one.id);
    pass(world, 10);
    expect(settle(world)).toEqual([]);
    end(world, other.id);
    const quietSince = new Date(world.now);
    world.now += 59_000;
    expect(settle(world)).toEqual([]);
    world.now += 1_000;
    expect(settle(world)).toEqual([{ do: "recover", incident: "inc-0", recoveredAt: quietSince }]);
    pass(world, 10_000);
    // A person resolves it, unless the policy says otherwise.
    expect(settle(world)).toEqual([]);
  });

  test("resolves by itself only where every component's policy says so", () => {
    for (const [first, second, resolves] of [
      [5, 10, true],
      [5, null, false],
    ] as const) {
      const world = newWorld([
        { key: "a", policy: { ...policy, resolveAfterMinutes: first }, isHealthy: false },
        { key: "b", policy: { ...policy, resolveAfterMinutes: second }, isHealthy: false },
      ]);
      const ids = [raise(world, "a"), raise(world, "b")].map(({ id }) => id);
      settle(world);
      for (const id of ids) end(world, id);
      pass(world, 2);
      settle(world);
      pass(world, 6);
      expect(settle(world)).toEqual([]);
      pass(world, 2);
      expect(settle(world)).toEqual(resolves ? [{ do: "resolve", incident: "inc-0" }] : []);
    }
  });

  test("is identified when a culprit with evidence is found, once", () => {
    const world = newWorld(components);
    raise(world, "payment-api");
    settle(world);
    world.incidents = world.incidents.map((one) => ({
      ...one,
      own: one.own === null ? null : { ...one.own, culprit: "ddl production/main 12" },
    }));
    expect(settle(world)).toEqual([{ do: "identify", incident: "inc-0", culprit: "ddl production/main 12" }]);
    expect(settle(world)).toEqual([]);
  });

  test("that was sent to monitoring by a person stays there", () => {
    const world = newWorld(components);
    raise(world, "payment-api");
    settle(world);
    world.incidents = world.incidents.map((one) => ({ ...one, status: "monitoring" }));
    expect(settle(world)).toEqual([]);
  });
});

test("a component that goes to and fro opens one incident, and says so ever less often", () => {
  const world = newWorld(components);
  for (let turn = 0; turn < 60; turn += 1) {
    const { id } = raise(world, "payment-api");
    settle(world);
    pass(world, 1);
    end(world, id);
    settle(world);
    pass(world, 2);
    settle(world);
  }
  expect(world.incidents).toHaveLength(1);
  // Three hours of it, every three minutes.
  expect(world.done.filter((one) => one === "recover").length).toBeLessThanOrEqual(4);
});

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("raise" as const),
      component: fc.constantFrom("payment-api", "page", "pos", "docs"),
      earlier: fc.nat(1_200),
      culprit: fc.option(fc.constantFrom("x", "y")),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 1_500 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("resolve" as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stale leader" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("leader" as const) }) },
);

test("whatever comes, with a leader whose look is old: no trouble without an incident, none with two, no end of it", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = newWorld(components);
      let looked = decideDetection(factsOf(world));
      for (const one of steps) {
        switch (one.kind) {
          case "raise":
            raise(world, one.component, {
              startedAt: new Date(world.now - one.earlier * 1_000),
              culprits: one.culprit === null ? [] : [one.culprit],
            });
            break;
          case "end": {
            const signal = world.signals[one.which % Math.max(world.signals.length, 1)];
            if (signal !== undefined) end(world, signal.id);
            break;
          }
          case "pass":
            world.now += one.seconds * 1_000;
            break;
          case "resolve": {
            const all = open(world);
            const chosen = all[one.which % Math.max(all.length, 1)];
            if (chosen !== undefined)
              Object.assign(chosen, { resolvedAt: new Date(world.now), affected: [] });
            break;
          }
          case "stale leader":
            // What it decided a while ago, it does now; then it looks again.
            for (const action of looked) carryOut(world, action);
            looked = decideDetection(factsOf(world));
            break;
          case "leader":
            settle(world);
        }
        const affected = open(world).flatMap(({ affected: keys }) => keys);
        expect(new Set(affected).size).toBe(affected.length);
      }
      settle(world);
      // Asked again, it has nothing to say.
      expect(decideDetection(factsOf(world))).toEqual([]);
      const declared = new Set(components.flatMap(({ key, policy: own }) => (own === null ? [] : [key])));
      const loose = world.signals.filter(
        ({ component, state, incident }) =>
          state === "firing" && incident === null && declared.has(component ?? ""),
      );
      expect(loose).toEqual([]);
      const opened = world.incidents.map(({ openedAt }) => openedAt.getTime());
      for (const from of opened) {
        const within = opened.filter((at) => at >= from && at < from + 3_600_000);
        expect(within.length).toBeLessThanOrEqual(mostOpenedInAnHour);
      }
    }),
    { numRuns: 400 },
  );
});
