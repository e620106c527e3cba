import { expect, test } from "vitest";
import type { CheckReport } from "./check-report.ts";
import { toldGroups } from "./told-groups.ts";

function report({ line = 3, version = "1.0.0", sql = "alter table a drop column b" }): CheckReport {
  return {
    format: "interlock-check/1",
    verdict: "unsafe",
    order: null,
    deploy: "schema-first",
    reasons: [],
    files: [
      {
        path: "a.sql",
        steps: [{ line, sql, locks: [], rewrites: [], scans: [], blocks: [], waits: [], duration: null }],
      },
    ],
    workloads: [],
    findings: ["one", "two"].map((statement) => ({
      code: "statement-breaks",
      severity: "error",
      when: "after-change",
      app: `shop@${version}`,
      statement,
      file: "a.sql",
      line,
      message: "no",
    })),
    shadow: { version: "18.4" },
    durationMs: 1,
  };
}

function prints(of: CheckReport): string[] {
  return toldGroups(of, (file) => file).map(({ fingerprint }) => fingerprint);
}

test("a fingerprint stays when lines move, a version is released or the SQL is laid out anew", () => {
  const before = prints(report({}));
  expect(before).toHaveLength(1);
  expect(prints(report({ line: 9 }))).toEqual(before);
  expect(prints(report({ version: "1.0.1" }))).toEqual(before);
  expect(prints(report({ sql: "alter table a\n  drop column b" }))).toEqual(before);
  expect(prints(report({ sql: "alter table a drop column c" }))).not.toEqual(before);
});

test("two live versions of one app have two", () => {
  const { findings, ...rest } = report({});
  const both = { ...rest, findings: [...findings, ...report({ version: "2.0.0" }).findings] };
  expect(new Set(prints(both)).size).toBe(2);
});
