import * as fc from "fast-check";
import type { CheckReport } from "../check-report.ts";
import type { FormatContext } from "./format.ts";
import type { Finding, FindingCode, Severity } from "../finding.ts";
import { findingKinds } from "../finding-kinds.ts";

/** For tests only: names and messages that mean something to one format or another. */
const nasty = [
  '"',
  "'",
  "`",
  "```",
  "|",
  "\\",
  "\\|",
  "<b>",
  "</td>",
  "<!--",
  "-->",
  "]]>",
  "&amp;",
  "&#0;",
  "::",
  "%0A",
  "%",
  "\n",
  "\r\n",
  "\t",
  "\0",
  "\u001B[2J",
  "\u202E",
  "\uD800",
  "\uFFFF",
  "😀",
  "é",
  "漢字",
  " ",
  "",
  ",",
  ":",
  "{0}",
  "@octocat",
  "#12",
  "[x](javascript:alert(1))",
  "![](https://x.test/a.png)",
  "https://x.test/a?b=c",
  "</details>",
  "::error file=a::b",
  "##[error]c",
  "<script>alert(1)</script>",
  "| --- |",
  "$(id)",
  "- [ ] x",
  "~~~",
  "a_b_c",
];

const text = fc
  .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ maxLength: 8 })), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""))
  .filter((joined) => joined.trim() !== "");

const severity = fc.constantFrom<Severity>("error", "warning", "note");
const code = fc.constantFrom(...(Object.keys(findingKinds) as FindingCode[]));
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** A report with whatever a migration, a workload and PostgreSQL can put into it. */
export const anyReport: fc.Arbitrary<CheckReport> = fc
  .record({
    files: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
    apps: fc.uniqueArray(text, { maxLength: 3 }),
    statements: fc.uniqueArray(text, { minLength: 1, maxLength: 6 }),
    sql: text,
    reasons: fc.array(text, { maxLength: 2 }),
    verdict: fc.constantFrom<CheckReport["verdict"]>("safe", "unsafe", "unknown"),
    order: fc.constantFrom<CheckReport["order"]>("any", "schema-first", "app-first", "split", null),
    deploy: fc.constantFrom<CheckReport["deploy"]>("any", "schema-first", "app-first"),
  })
  .chain((base) => fc.array(anyFinding(base), { maxLength: 12 }).map((findings) => reportOf(base, findings)));

interface Base {
  files: string[];
  apps: string[];
  statements: string[];
  sql: string;
  reasons: string[];
  verdict: CheckReport["verdict"];
  order: CheckReport["order"];
  deploy: CheckReport["deploy"];
}

function anyFinding({ files, apps, statements }: Base): fc.Arbitrary<Finding> {
  const app = apps.length === 0 ? fc.constant(undefined) : maybe(fc.constantFrom(...apps.map(versioned)));
  return fc
    .record({
      code,
      severity,
      when: fc.constantFrom<Finding["when"]>("after-change", "before-change", "always"),
      app,
      statement: maybe(fc.constantFrom(...statements)),
      calls: maybe(fc.nat(100_000)),
      file: maybe(fc.constantFrom(...files)),
      line: maybe(fc.integer({ min: 1, max: 9 })),
      sqlstate: maybe(fc.constantFrom("42703", "23505")),
      message: text,
      hint: maybe(text),
    })
    .map((finding) => withoutUndefined(finding) as unknown as Finding);
}

function reportOf({ files, apps, statements, sql, ...rest }: Base, findings: Finding[]): CheckReport {
  return {
    format: "interlock-check/1",
    ...rest,
    files: files.map((path) => ({
      path,
      steps: [{ line: 1, sql, locks: [], rewrites: [], scans: [], blocks: [], waits: [], duration: null }],
    })),
    workloads: apps.map((app, index) => ({
      app,
      version: "1.0.0",
      role: index === 0 ? "old" : "new",
      statements: statements.length,
      names: statements,
      exercised: 1,
      brokenAtBaseline: 0,
      works: "unknown",
      why: [],
    })),
    findings,
    shadow: { version: "18.4" },
    durationMs: 1_312,
  };
}

function versioned(app: string): string {
  return `${app}@1.0.0`;
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

/** For tests only: what must be told whatever the format. */
export function errorsOf({ findings }: CheckReport): Finding[] {
  return findings.filter((finding) => finding.severity === "error");
}

/** For tests only: how a report is rendered where nobody looks at a terminal. */
export const nowhere: FormatContext = {
  pathOf: (file) => file,
  colour: false,
  width: undefined,
  verbose: true,
};
