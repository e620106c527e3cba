import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outcome } from "../api/probes.ts";
import { flappingTurns, judge, neededResults, type JudgedResult, type Judgement } from "./judge.ts";

const settings = { intervalMs: 1_000, timeoutMs: 1_000, failsAfter: 3, recoversAfter: 3, leastWorkers: 1 };
const start: Judgement = { state: "unknown", failingSince: null, turns: [] };
const from = Date.UTC(2024, 11, 17, 13, 17);
const at = (second: number): Date => new Date(from + second * 1_000);

/** Each letter is a result a second later: + ok, - failed, ? unknown, a space none. */
function play(
  lines: Readonly<Record<string, string>>,
  { change = {}, known = start }: { change?: Partial<typeof settings>; known?: Judgement } = {},
): Judgement[] {
  const length = Math.max(...Object.values(lines).map((line) => line.length));
  const results: JudgedResult[] = [];
  const told: Judgement[] = [];
  let judged = known;
  for (let second = 0; second < length; second += 1) {
    for (const [worker, line] of Object.entries(lines)) {
      const letter = line[second] ?? " ";
      const outcome = ({ "+": "ok", "-": "failed", "?": "unknown" } as Record<string, Outcome>)[letter];
      if (outcome !== undefined) results.push({ worker, at: at(second), outcome });
    }
    judged = judge(judged, { settings: { ...settings, ...change }, results, now: at(second) });
    told.push(judged);
  }
  return told;
}

function states(...asked: Parameters<typeof play>): string {
  return play(...asked)
    .map(({ state }) => state[0])
    .join("");
}

describe("one worker", () => {
  test("fails after failures one after the other, and recovers after as many good results", () => {
    expect(states({ a: "+++---+++" })).toBe("pppppfffp");
    expect(play({ a: "+++---" }).at(-1)?.failingSince).toEqual(at(3));
  });

  test("is not failing for single failures, nor passing for a single good result", () => {
    expect(states({ a: "+--+--+--" })).toBe("ppppppppp");
    expect(states({ a: "---+--++-+++" })).toBe("uufffffffffp");
  });

  test("that could not tell changes nothing", () => {
    expect(states({ a: "+++?????" })).toBe("pppppppp");
    expect(states({ a: "+--??-" })).toBe("pppppf");
    expect(states({ a: "---???" })).toBe("uuffff");
  });

  test("that is silent leaves nothing known, and trouble that was confirmed is not over by that", () => {
    expect(states({ a: "+++        " })).toBe("pppppppppuu");
    const judged = play({ a: "---         +++" });
    expect(judged.map(({ state }) => state[0]).join("")).toBe("uufffffffuuuffp");
    expect(judged.at(-2)?.failingSince).toEqual(at(0));
  });
});

describe("several workers", () => {
  const change = { leastWorkers: 2 };
  test("must see it: one that is cut off is no failure of the service", () => {
    expect(states({ a: "++++++", b: "++----" }, { change })).toBe("pppppp");
    expect(states({ a: "++----", b: "++----" }, { change })).toBe("ppppff");
  });

  test("that are fewer than asked for decide together", () => {
    expect(states({ a: "+++++++--------", b: "+++            " }, { change }).at(-1)).toBe("f");
    expect(states({ a: "---", b: "   " }, { change })).toBe("uuf");
  });

  test("of whom one dies are no failure", () => {
    expect(
      new Set(states({ a: "+".repeat(30), b: `+++++--${" ".repeat(23)}` }, { change: { leastWorkers: 1 } })),
    ).toEqual(new Set("p"));
  });

  test("recover when too few are left that could see it fail", () => {
    expect(states({ a: "---+++", b: "------" }, { change })).toBe("uufffp");
  });
});

test("a service that goes to and fro is flapping, stays one trouble, and ends after a calm minute", () => {
  const judged = play({ a: `+++${"---+++".repeat(6)}${"+".repeat(60)}` });
  const opened = judged.filter(
    ({ failingSince }, index) => failingSince !== null && judged[index - 1]?.failingSince === null,
  );
  expect(opened).toHaveLength(flappingTurns / 2 + 1);
  expect(judged.map(({ state }) => state)).toContain("flapping");
  expect(judged.at(-1)?.state).toBe("passing");
});

test("whatever comes: no trouble without enough failures, none missed, and few turns in a short time", () => {
  const letters = fc.array(fc.constantFrom("+", "-", "?", " "), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(letters, (line) => {
      const judged = play({ a: line.join("") });
      const heard = line.map((letter) => (letter === "+" || letter === "-" ? letter : ""));
      let turns = 0;
      const faults: string[] = [];
      for (const [second, { failingSince }] of judged.entries()) {
        const before = judged[second - 1]?.failingSince ?? null;
        const said = heard.slice(0, second + 1).join("");
        if (failingSince !== null && before === null && !said.endsWith("---")) faults.push(`failed: ${said}`);
        if (failingSince === null && before !== null && !said.endsWith("+++")) faults.push(`passed: ${said}`);
        const isFresh = line[second] === "-";
        if (isFresh && said.endsWith("---") && failingSince === null) faults.push(`missed: ${said}`);
        if ((failingSince === null) !== (before === null)) turns += 1;
      }
      expect(faults).toEqual([]);
      // Two minutes of results: after so many turns each next one takes a calm minute.
      expect(turns).toBeLessThanOrEqual(flappingTurns + 4);
    }),
    { numRuns: 300 },
  );
});

test("the results that are read are enough", () => {
  expect(neededResults(settings)).toBe(60);
  expect(neededResults({ ...settings, intervalMs: 3_600_000 })).toBe(6);
});
