import { describe, expect, test } from "vitest";
import type { CheckReport } from "./check-report.ts";
import { nextSteps } from "./next-step.ts";

const base: CheckReport = {
  format: "interlock-check/1",
  verdict: "unknown",
  order: null,
  deploy: "schema-first",
  reasons: [],
  files: [{ path: "migrations/a b.sql", steps: [] }],
  workloads: [],
  findings: [],
  shadow: { version: "18.4" },
  durationMs: 1,
};
const workload: CheckReport["workloads"][number] = {
  app: "shop",
  version: "1.0.0",
  role: "old",
  statements: 4,
  exercised: 4,
  brokenAtBaseline: 0,
  works: "yes",
  why: [],
};

function commands(report: Partial<CheckReport>): string[] {
  return nextSteps({ ...base, ...report }).flatMap((step) => step.commands);
}

describe("what is unknown is answered with the command that gives it:", () => {
  test.each<[string, Partial<CheckReport>, RegExp[]]>([
    ["the old version", {}, [/check 'migrations\/a b\.sql' --database/, /record --app/, /--old workloads/]],
    [
      "the new version",
      { deploy: "app-first", workloads: [workload] },
      [/record --app APP@VERSION --samples/, /check 'migrations\/a b\.sql' --new workloads/],
    ],
    [
      "values",
      { workloads: [{ ...workload, works: "unknown", exercised: 3 }] },
      [/record --app shop@1\.0\.0 --samples/],
    ],
    [
      "the schema",
      { workloads: [{ ...workload, works: "unknown", brokenAtBaseline: 3, exercised: 1 }] },
      [/--baseline/],
    ],
    [
      "a migration that applies",
      {
        findings: [
          { code: "migration-does-not-apply", severity: "error", when: "always", message: "no", file: "x" },
        ],
      },
      [/--baseline/],
    ],
    [
      "an extension",
      {
        findings: [
          {
            code: "extension-missing",
            severity: "error",
            when: "always",
            message: "no",
            hint: "Leave it out with --stub-extension postgis.",
          },
        ],
      },
      [/--shadow/, /--stub-extension postgis$/],
    ],
  ])("%s", (_, report, expected) => {
    const given = commands(report);
    expect(given).toHaveLength(expected.length);
    expected.forEach((pattern, index) => {
      expect(given[index]).toMatch(pattern);
    });
  });
});

test.each([
  ["app-first", "schema-first", /--deploy app-first$/],
  ["schema-first", "app-first", /--deploy schema-first$/],
  ["split", "schema-first", /^npx interlock plan 'migrations\/a b\.sql'$/],
] as const)("order %s, asked for %s", (order, deploy, expected) => {
  expect(commands({ verdict: "unsafe", order, deploy })).toEqual([expect.stringMatching(expected)]);
});

test("no name of a file becomes a command", () => {
  const [first] = commands({
    verdict: "unsafe",
    order: "split",
    files: [{ path: "a';rm -rf ~;'.sql", steps: [] }],
  });
  expect(first).toBe(`npx interlock plan 'a'\\'';rm -rf ~;'\\''.sql'`);
});

test("a command has what the check was given, save what it replaces", () => {
  const given = { old: ["w/a b.json"], new: ["w/c.json"], baseline: ["schema.sql"] };
  const [split] = nextSteps({ ...base, verdict: "unsafe", order: "split" }, given);
  expect(split?.commands).toEqual([
    "npx interlock plan 'migrations/a b.sql' --old 'w/a b.json' --new w/c.json --baseline schema.sql",
  ]);
  const placed = { ...workload, works: "unknown", brokenAtBaseline: 3, exercised: 1 } as const;
  const [misplaced] = nextSteps({ ...base, workloads: [placed] }, given);
  expect(misplaced?.commands[0]?.split("--baseline")).toHaveLength(2);
});
