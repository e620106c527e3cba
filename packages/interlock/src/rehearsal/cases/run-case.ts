import { migrationsOf } from "../../migration/read.ts";
import type { Shadow } from "../../shadow/open-shadow.ts";
import { parseStatements } from "../../sql/parse.ts";
import { child, text } from "../../sql/tree.ts";
import type { Workload } from "../../workload/workload.ts";
import { check } from "../check.ts";
import type { CheckReport } from "../report/check-report.ts";
import type { Finding } from "../report/finding.ts";
import type { Stats } from "../stats/stats.ts";
import type { Case, Expected, Statements, Subject } from "./case.ts";

/** What waits or takes long is not a case's subject. */
const compared: ReadonlySet<Finding["code"]> = new Set([
  "statement-breaks",
  "write-breaks",
  "cached-plan-breaks",
  "result-changes",
  "broken-at-baseline",
  "not-exercised",
  "migration-does-not-apply",
]);

/** All tables are small, so that nobody waits long for what is done with a whole one. */
function smallTables(sql: string): Stats {
  const tables = parseStatements(sql, "the schema").flatMap(({ node }) => {
    const relation =
      child(child(node, "CreateStmt"), "relation") ??
      child(child(child(node, "CreateTableAsStmt"), "into"), "rel");
    const name = text(relation, "relname");
    if (name === undefined) return [];
    return [
      { schema: text(relation, "schemaname") ?? "public", name, rows: 10, bytes: 8_192, indexBytes: 8_192 },
    ];
  });
  return { format: "interlock-stats/1", serverVersion: "18", takenAt: "2026-11-27T00:00:00Z", tables };
}

/** Checks the change of one case under its statements, and under those of a twin that has no change of its own. */
export function runCase(shadow: Shadow, subject: Subject, one: Case): Promise<CheckReport> {
  const start = one.start ?? subject.start;
  return check({
    shadow,
    stats: smallTables(start),
    baseline: migrationsOf([{ path: "0001_start.sql", text: start }]),
    migrations: migrationsOf([{ path: "0002_change.sql", text: one.change }]),
    old: [workload("1.0.0", { ...one.old, ...(one.twin.change === undefined ? one.twin.old : {}) })],
    new: one.coming === undefined ? [] : [workload("2.0.0", one.coming)],
  });
}

/** The cases of a subject whose twins have changes and can go through one check, since they begin with one schema. */
export function twinGroups({ cases, start }: Subject): Case[][] {
  const changing = cases.filter(({ twin }) => twin.change !== undefined);
  return [...Map.groupBy(changing, (one) => one.start ?? start).values()];
}

/** Twins in one check, each change a file of its own: all of them are to stay quiet under all of their statements. */
export function runTwins(shadow: Shadow, subject: Subject, cases: readonly Case[]): Promise<CheckReport> {
  const files = cases.map(({ twin }, index) => ({
    path: `${fileNumber(index)}_twin.sql`,
    text: twin.change ?? "",
  }));
  const statements = cases.flatMap(({ twin, old }, index) =>
    Object.entries(twin.old ?? old).map(([name, one]) => [`${fileNumber(index)} ${name}`, one] as const),
  );
  const start = cases[0]?.start ?? subject.start;
  return check({
    shadow,
    stats: smallTables(start),
    baseline: migrationsOf([{ path: "0001_start.sql", text: start }]),
    migrations: migrationsOf(files),
    old: [workload("1.0.0", Object.fromEntries(statements))],
  });
}

function fileNumber(index: number): string {
  return String(index + 2).padStart(4, "0");
}

/** The findings of a report in the words of a case. */
export function seenIn({ findings }: CheckReport): Expected[] {
  return findings
    .filter(({ code }) => compared.has(code))
    .map(({ code, severity, when, statement = "", sqlstate, line }) => ({
      code,
      statement,
      ...(sqlstate === undefined ? {} : { sqlstate }),
      ...(line === undefined ? {} : { line }),
      ...(severity === "error" ? {} : { severity }),
      ...(when === "before-change" ? { when } : {}),
    }));
}

/** The same in the check's own words, with what to do; what PostgreSQL numbers anew each time has no number. */
export function sayingsOf({ findings, reasons }: CheckReport): string[] {
  const unknown = reasons.map((reason) => `- unknown: ${reason}`);
  const found = findings
    .filter(({ code, when }) => compared.has(code) && when !== "before-change")
    .map(({ code, severity, statement = "", sqlstate, message, hint = "" }) => {
      const what = sqlstate === undefined ? message : `${sqlstate} ${message}`;
      return `- ${severity}[${code}] ${statement}: ${what.replaceAll(/\b\d{5,}$/g, "…")}\n  → ${hint}`;
    });
  return [...unknown, ...found];
}

function workload(version: string, statements: Statements): Workload {
  return {
    format: "interlock-workload/1",
    app: "shop",
    version,
    statements: Object.entries(statements).map(([name, one]) =>
      typeof one === "string" ? { name, sql: one } : { name, ...one },
    ),
  };
}
