import { describe, expect, test } from "vitest";
import type { Finding, FindingCode } from "./finding.ts";
import { fitOf } from "./fit-of.ts";

const app = "payments@2.2.0";

function finding(code: FindingCode, over: Partial<Finding> = {}): Finding {
  return { code, severity: "error", when: "after-change", app, statement: "s", message: "m", ...over };
}

const old = { app, role: "old", gaps: [] } as const;
const coming = { app, role: "new", gaps: [] } as const;
const before = { when: "before-change" } as const;

describe("a version works on the other side of a change", () => {
  test.each<[string, Finding[], Parameters<typeof fitOf>[1], string]>([
    ["where nothing was found", [], old, "yes"],
    ["not when a statement breaks", [finding("statement-breaks")], old, "no"],
    ["not when a write breaks", [finding("write-breaks")], old, "no"],
    ["not when a plan that it keeps breaks", [finding("cached-plan-breaks")], old, "no"],
    ["not when types differ", [finding("result-changes")], old, "no"],
    ["when columns are only added", [finding("result-changes", { severity: "warning" })], old, "yes"],
    [
      "when a plan breaks that it does not keep",
      [finding("cached-plan-breaks", { severity: "warning" })],
      old,
      "yes",
    ],
    ["whatever happens to another version", [finding("statement-breaks", { app: "other@1" })], old, "yes"],
    ["whatever happens the other way round", [finding("statement-breaks", before)], old, "yes"],
    [
      "not, as the new one, when a statement breaks before",
      [finding("statement-breaks", before)],
      coming,
      "no",
    ],
    ["as the new one, whatever happens after", [finding("statement-breaks")], coming, "yes"],
    ["as nobody knows when a write was not exercised", [], { ...old, gaps: ["gap"] }, "unknown"],
    ["not, gap or none, when it breaks", [finding("write-breaks")], { ...old, gaps: ["gap"] }, "no"],
    [
      "when something was broken before",
      [finding("broken-at-baseline", { when: "always", severity: "warning" })],
      old,
      "yes",
    ],
  ])("%s", (_, findings, version, works) => {
    expect(fitOf(findings, version).works).toBe(works);
  });

  test("and the first five of what breaks are named, the rest counted", () => {
    const findings = Array.from({ length: 7 }, (_, index) =>
      finding("statement-breaks", { statement: `s${String(index)}`, sqlstate: "42703" }),
    );
    const { why } = fitOf(findings, old);
    expect(why).toHaveLength(6);
    expect(why[0]).toBe("s0: 42703 m");
    expect(why[5]).toBe("and 2 more");
  });
});
