import { describe, expect, test } from "vitest";
import type { CheckedWorkload } from "../rehearsal/report/check-report.ts";
import { fitsOf, type ShownByRehearsal } from "./fits.ts";

function workload(over: Partial<CheckedWorkload> = {}): CheckedWorkload {
  const counts = { statements: 4, exercised: 4, brokenAtBaseline: 0 };
  return { app: "payments", version: "1", role: "old", ...counts, works: "no", why: ["s breaks"], ...over };
}

const plan = { old: ["payments@1"], new: ["payments@2"] };
const coming = workload({ version: "2", role: "new" });

function shown(over: Partial<ShownByRehearsal> = {}): Record<string, string> {
  const facts = fitsOf({
    id: "reh",
    workloads: [workload(), coming],
    plan,
    proof: { unexercisedWrites: [] },
    ...over,
  });
  return Object.fromEntries(facts.map(({ appVersion, stage, fit }) => [`${appVersion} ${stage}`, fit]));
}

describe("which version works where", () => {
  test("at home, on the other side by the report, in between by the plan", () => {
    expect(shown()).toEqual({
      "payments@1 before": "works",
      "payments@1 expanded": "works",
      "payments@1 after": "breaks",
      "payments@2 before": "breaks",
      "payments@2 expanded": "works",
      "payments@2 after": "works",
    });
  });

  test("in between nothing is known without a plan, or of a version that is not in it", () => {
    expect(shown({ plan: null })).not.toHaveProperty(["payments@1 expanded"]);
    expect(shown({ plan: { ...plan, old: [] } })).not.toHaveProperty(["payments@1 expanded"]);
  });

  test("in between nothing is known where a write was not exercised, and only of that version", () => {
    const facts = shown({ proof: { unexercisedWrites: ["payments@1#refund"] } });
    expect(facts).toMatchObject({ "payments@1 expanded": "unknown", "payments@2 expanded": "works" });
  });

  test("what the report does not know stays unknown", () => {
    expect(shown({ workloads: [workload({ works: "unknown" })] })).toMatchObject({
      "payments@1 after": "unknown",
    });
  });

  test.each([2, 3, 4])(
    "at home nothing is known where %i of 4 statements fail, nor in between",
    (brokenAtBaseline) => {
      const facts = shown({ workloads: [workload({ brokenAtBaseline, works: "unknown" })] });
      expect(facts).toMatchObject({ "payments@1 before": "unknown", "payments@1 expanded": "unknown" });
    },
  );

  test("one statement that fails at home does not make the others unknown", () => {
    expect(shown({ workloads: [workload({ brokenAtBaseline: 1 })] })).toMatchObject({
      "payments@1 before": "works",
    });
  });

  test("an empty workload shows nothing", () => {
    const empty = workload({ statements: 0, exercised: 0, works: "unknown" });
    expect(new Set(Object.values(shown({ workloads: [empty] })))).toEqual(new Set(["unknown"]));
  });
});
