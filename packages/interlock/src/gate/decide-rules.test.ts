import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { GateFacts, IncidentFact, OverrideFact } from "./facts.ts";
import { at, change, chg, coming, facts, release, rule, to, weekend } from "./testing/example-facts.ts";

const later = "2026-11-27T16:00:00.000Z";
const earlier = "2026-11-27T15:00:00.000Z";

const override: OverrideFact = {
  override: "ovr_0123456789abcdef",
  subject: `change:${chg}`,
  rules: ["rul_0123456789abcdef"],
  reason: "it has to",
  madeBy: "grace",
  expiresAt: later,
};

const incident: IncidentFact = {
  incident: "inc_0123456789abcdef",
  reference: "INC-7",
  priority: "P1",
  title: "payments fail",
  scopes: ["table=public.audit", "table=public.payments"],
  holds: true,
};

/** Verdict, and code with effect of each reason. */
function decided(given: GateFacts): [string, string[]] {
  const { verdict, reasons } = decide(given);
  return [verdict, reasons.map(({ code, effect }) => `${effect} ${code}`)];
}

describe("an override", () => {
  const blocked = { rules: [rule("block", {})] };

  test("sets the rule aside that it names, for its subject, as long as it lasts", () => {
    const given = facts(to("expand"), { ...blocked, overrides: [override] });
    expect(decided(given)).toEqual(["go", ["overridden block"]]);
  });

  test.each<[string, Partial<OverrideFact>]>([
    ["that has expired", { expiresAt: earlier }],
    ["that expires at this moment", { expiresAt: "2026-11-27T15:30:00.000Z" }],
    ["of another rule", { rules: ["rul_other"] }],
    ["for another change", { subject: "change:chg_other" }],
    ["for a release", { subject: `release:${coming}` }],
  ])("%s sets nothing aside", (_, more) => {
    const given = facts(to("expand"), { ...blocked, overrides: [{ ...override, ...more }] });
    expect(decided(given)).toEqual(["blocked", ["blocks block"]]);
  });

  test.each([
    ["a size limit", rule("size-limit", { statements: 4 }), "size-limit"],
    ["a missing approval", rule("approval", { count: 1 }), "approval-missing"],
  ])("sets %s aside, too", (_, one, code) => {
    expect(decided(facts(to("expand"), { rules: [one] }))).toEqual(["blocked", [`blocks ${code}`]]);
    const given = facts(to("expand"), { rules: [one], overrides: [override] });
    expect(decided(given)).toEqual(["go", [`overridden ${code}`]]);
  });
});

describe("a block on what can end in a partial deployment", () => {
  const block = rule("block", {}, { scope: "order=split to=structure env=production", incident: "INC-12" });
  const held = (request: GateFacts["request"], more: Partial<GateFacts> = {}): boolean =>
    decide(facts(request, { rules: [block], ...more })).reasons.some(({ code }) => code === "block");

  test("holds the structure back without its application, and names the incident", () => {
    const { verdict, reasons } = decide(facts(to("structure"), { rules: [block] }));
    expect(verdict).toBe("blocked");
    expect(reasons.find(({ code }) => code === "block")?.message).toContain("after INC-12");
  });

  test.each(["expand", "contract", "rollback"] as const)("lets the plan go on: %s", (phase) => {
    expect(held(to(phase))).toBe(false);
  });

  test.each(["any", "schema-first", "app-first"] as const)("lets a change of order %s go", (order) => {
    expect(held(to("structure"), { changes: [change("before", { order })] })).toBe(false);
  });

  test("holds back what nobody has rehearsed: it may be of any order", () => {
    expect(held(to("structure"), { changes: [change("before", { order: null })] })).toBe(true);
    const expected = { ...block, scope: "order!=split to=structure" };
    const given = { rules: [expected], changes: [change("before", { order: null })] };
    expect(held(to("structure"), given)).toBe(true);
  });

  test("takes no release", () => {
    expect(held(release(coming), { changes: [change("expanded")] })).toBe(false);
  });
});

describe("a freeze", () => {
  test("holds only inside its window", () => {
    const closed = {
      schedule: { ...weekend.schedule, start: "2026-11-21T16:00:00", rrule: "FREQ=WEEKLY;BYDAY=SA" },
    };
    expect(decided(facts(to("expand"), { rules: [rule("freeze", weekend)] }))).toEqual([
      "blocked",
      ["blocks freeze"],
    ]);
    expect(decided(facts(to("expand"), { rules: [rule("freeze", closed)] }))).toEqual(["go", []]);
  });

  test("that can't be read holds", () => {
    expect(decided(facts(to("expand"), { rules: [rule("freeze", { shedule: {} })] }))[0]).toBe("blocked");
  });
});

describe("approvals", () => {
  const bob = { approver: "bob", role: "releaser", expiresAt: later };

  test.each([
    ["by somebody else count", { count: 1 }, [bob], "go"],
    ["that expire at this moment do not count", { count: 1 }, [{ ...bob, expiresAt: at }], "blocked"],
    ["are missing where the rule can't be read", { cuont: 1 }, [bob], "blocked"],
    ["that have expired do not count", { count: 1 }, [{ ...bob, expiresAt: earlier }], "blocked"],
    ["of a role that is asked for count", { count: 1, roles: ["releaser"] }, [bob], "go"],
    ["of another role do not count", { count: 1, roles: ["admin"] }, [bob], "blocked"],
    ["of two people are two", { count: 2 }, [bob, { ...bob, approver: "eve" }], "go"],
  ])("%s", (_, settings, approvals, verdict) => {
    expect(decide(facts(to("expand"), { rules: [rule("approval", settings)], approvals })).verdict).toBe(
      verdict,
    );
  });

  test("are for changes, not for releases", () => {
    const given = facts(release(coming), {
      rules: [rule("approval", { count: 1 })],
      changes: [change("expanded")],
    });
    expect(decide(given).verdict).toBe("go");
  });
});

describe("a size limit", () => {
  const touches = {
    kinds: ["add-column"],
    tables: ["public.payments", "public.refunds"],
    statements: 5,
    operations: 6,
    files: 3,
    rewrites: ["public.payments"],
  };

  test.each([
    ["statements", 5],
    ["tables", 2],
    ["operations", 6],
    ["files", 3],
    ["rewrites", 1],
  ])("of %s takes as many and not one more", (name, size) => {
    const given = (limit: number): GateFacts =>
      facts(to("expand"), {
        changes: [change("before", { touches })],
        rules: [rule("size-limit", { [name]: limit })],
      });
    expect(decided(given(size))).toEqual(["go", []]);
    expect(decided(given(size - 1))).toEqual(["blocked", ["blocks size-limit"]]);
  });
});

describe("an open incident", () => {
  test("holds back what touches its scope, and no way back", () => {
    const open = { incidents: [incident] };
    expect(decided(facts(to("expand"), open))).toEqual(["blocked", ["blocks open-incident"]]);
    expect(decided(facts(to("rollback"), { ...open, changes: [change("expanded")] }))).toEqual(["go", []]);
  });

  test.each<[string, Partial<IncidentFact>]>([
    ["elsewhere", { scopes: ["table=public.refunds", "app=shop"] }],
    ["of which no scope is known, though it holds", { scopes: [] }],
    ["that is not to hold anything back", { holds: false }],
  ])("%s holds nothing back", (_, more) => {
    expect(decided(facts(to("expand"), { incidents: [{ ...incident, ...more }] }))).toEqual(["go", []]);
  });

  test("can be set aside by who says which", () => {
    const named = { ...override, rules: [`incident:${incident.incident}`] };
    const given = facts(to("expand"), { incidents: [incident], overrides: [named] });
    expect(decided(given)).toEqual(["go", ["overridden open-incident"]]);
    const other = { ...given, overrides: [override] };
    expect(decided(other)).toEqual(["blocked", ["blocks open-incident"]]);
  });
});
