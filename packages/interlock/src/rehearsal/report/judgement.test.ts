import { describe, expect, test } from "vitest";
import type { Finding } from "./finding.ts";
import { judge, type Deploy, type Evidence } from "./judgement.ts";

const none: Evidence = {
  findings: [],
  hasOld: true,
  hasNew: true,
  gaps: { schemaFirst: [], appFirst: [] },
  obstacle: undefined,
};

const oldBreaks: Finding = { code: "statement-breaks", severity: "error", when: "after-change", message: "" };
const newBreaks: Finding = { ...oldBreaks, when: "before-change" };
const shape: Finding = { ...oldBreaks, code: "result-changes" };

const cases: [
  what: string,
  evidence: Partial<Evidence>,
  deploy: Deploy,
  verdict: string,
  order: string | undefined,
][] = [
  ["nothing found", {}, "any", "safe", "any"],
  ["old breaks", { findings: [oldBreaks] }, "schema-first", "unsafe", "app-first"],
  ["old breaks, app first", { findings: [oldBreaks] }, "app-first", "safe", "app-first"],
  ["new breaks", { findings: [newBreaks] }, "schema-first", "safe", "schema-first"],
  ["new breaks, app first", { findings: [newBreaks] }, "app-first", "unsafe", "schema-first"],
  ["both break", { findings: [oldBreaks, newBreaks] }, "schema-first", "unsafe", "split"],
  ["one breaks, any order", { findings: [newBreaks] }, "any", "unsafe", "schema-first"],
  ["results change", { findings: [shape] }, "schema-first", "unsafe", "any"],
  ["no new workload", { hasNew: false }, "schema-first", "safe", "schema-first"],
  ["no new workload, any order", { hasNew: false }, "any", "unknown", "schema-first"],
  ["no old workload", { hasOld: false }, "schema-first", "unknown", "app-first"],
  [
    "no old workload, and new breaks",
    { hasOld: false, findings: [newBreaks] },
    "schema-first",
    "unknown",
    undefined,
  ],
  ["a gap that matters", { gaps: { schemaFirst: ["gap"], appFirst: [] } }, "schema-first", "unknown", "any"],
  [
    "a gap of the other order",
    { gaps: { schemaFirst: [], appFirst: ["gap"] } },
    "schema-first",
    "safe",
    "any",
  ],
  [
    "a gap, and a break",
    { gaps: { schemaFirst: ["gap"], appFirst: [] }, findings: [oldBreaks] },
    "schema-first",
    "unsafe",
    "app-first",
  ],
  ["an obstacle", { obstacle: "it does not apply" }, "schema-first", "unknown", undefined],
];

describe("a judgement", () => {
  test.each(cases)("with %s", (_, evidence, deploy, verdict, order) => {
    const judgement = judge({ ...none, ...evidence }, deploy);
    expect({ verdict: judgement.verdict, order: judgement.order }).toEqual({ verdict, order });
    expect(judgement.reasons.length > 0).toBe(verdict === "unknown");
  });
});
