import type { CheckReport } from "./check-report.ts";
import type { Finding, Severity } from "./finding.ts";
import { findingKinds } from "./finding-kinds.ts";

/** Findings of one code about one app version at one place: what a reader takes in at once. */
export interface FindingGroup {
  code: Finding["code"];
  severity: Severity;
  when: Finding["when"];
  app: string | undefined;
  /** At least one; the statements that are sent most come first. */
  findings: readonly Finding[];
  /** How many statements the workload has. */
  total: number | undefined;
  hint: string | undefined;
  /** Statements that wait, of a group that says that some do. */
  waiting: readonly string[];
}

/** A line of the migration, and what was found there. */
export interface Place {
  file: string;
  line: number | undefined;
  sql: string | undefined;
  groups: readonly FindingGroup[];
}

export interface GroupedFindings {
  /** What shows after the change or in it: lines with errors first, then as the migration has them. */
  places: readonly Place[];
  /** What shows while a new version runs on the old structure. */
  before: readonly FindingGroup[];
  /** What belongs to no line. */
  elsewhere: readonly FindingGroup[];
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };
const codes = Object.keys(findingKinds);

/** All findings of a report, in the order in which somebody wants to know of them. */
export function groupFindings(report: CheckReport): GroupedFindings {
  const inFiles = report.findings.filter(({ when, file }) => file !== undefined && when !== "before-change");
  const byFile = Map.groupBy(inFiles, ({ file }) => file ?? "");
  return {
    places: [...byFile]
      .toSorted(([, left], [, right]) => worst(left) - worst(right))
      .flatMap(([file, findings]) => placesOf(file, { findings, report })),
    before: groups(
      report.findings.filter(({ when }) => when === "before-change"),
      report,
    ),
    elsewhere: groups(
      report.findings.filter(({ when, file }) => when !== "before-change" && file === undefined),
      report,
    ),
  };
}

function placesOf(
  file: string,
  { findings, report }: { findings: readonly Finding[]; report: CheckReport },
): Place[] {
  const steps = report.files.find(({ path }) => path === file)?.steps ?? [];
  return [...Map.groupBy(findings, ({ line }) => line ?? 0)]
    .toSorted(([a, left], [b, right]) => worst(left) - worst(right) || a - b)
    .map(([line, list]) => ({
      file,
      line: line === 0 ? undefined : line,
      sql: steps.find((step) => step.line === line)?.sql,
      groups: groups(list, report),
    }));
}

function groups(findings: readonly Finding[], report: CheckReport): FindingGroup[] {
  // What is about no statement stands for itself.
  const byKind = Map.groupBy(findings, ({ app, code, severity, when, statement, message }) =>
    JSON.stringify([
      app,
      code,
      severity,
      when,
      ...(app === undefined || statement === undefined ? [statement, message] : []),
    ]),
  );
  return [...byKind.values()]
    .flatMap((list) => (list[0] === undefined ? [] : [groupOf(list[0], list, report)]))
    .toSorted(
      (left, right) =>
        rank[left.severity] - rank[right.severity] || codes.indexOf(left.code) - codes.indexOf(right.code),
    );
}

function groupOf(first: Finding, list: readonly Finding[], report: CheckReport): FindingGroup {
  const { code, severity, when, app } = first;
  const workload = report.workloads.find(({ app: name, version }) => `${name}@${version}` === app);
  return {
    code,
    severity,
    when,
    app,
    findings: list.toSorted((left, right) => (right.calls ?? 0) - (left.calls ?? 0)),
    total: workload?.statements,
    hint: list.find(({ hint }) => hint !== undefined && hint !== "")?.hint,
    waiting: code === "blocks-traffic" ? waitingStatements(first, report) : [],
  };
}

/** The statements of one version that wait for what a line of the migration locks. */
function waitingStatements({ app = "", file, line }: Finding, { files }: CheckReport): string[] {
  const steps = files.find(({ path }) => path === file)?.steps ?? [];
  const blocks = steps.filter((step) => step.line === line).flatMap((step) => step.blocks ?? []);
  return [...new Set(blocks)]
    .filter((name) => name.startsWith(`${app}#`))
    .map((name) => name.slice(app.length + 1));
}

function worst(findings: readonly Finding[]): number {
  return Math.min(...findings.map(({ severity }) => rank[severity]));
}

/** The title of a group in parts, of which each format shows names in its own way. */
export type TitlePart = { text: string } | { name: string };

/**
 * "27 of 79 statements of payments@2.2.0 stop working", "list-orders of shop@1.0.0 stops working"; the message itself
 * where it is about no statement of a version.
 */
export function titleParts({ app, code, findings, total, when }: FindingGroup): TitlePart[] {
  const [first] = findings;
  const statement = first?.statement;
  if (app === undefined || statement === undefined) {
    return [
      ...(statement === undefined ? [] : [{ name: statement }, { text: ": " }]),
      { text: sentence(first) },
    ];
  }
  const effect = ` ${effectOf({ code, when, count: findings.length })}`;
  if (findings.length === 1) {
    return [{ name: statement }, { text: " of " }, { name: app }, { text: effect }];
  }
  const counted =
    total === undefined ? String(findings.length) : `${String(findings.length)} of ${String(total)}`;
  return [{ text: `${counted} statements of ` }, { name: app }, { text: effect }];
}

function effectOf({ code, when, count }: Pick<FindingGroup, "code" | "when"> & { count: number }): string {
  const [one, several] = findingKinds[code].effect;
  if (when !== "before-change") return count === 1 ? one : several;
  if (code !== "statement-breaks") return `${count === 1 ? one : several} before the change`;
  return `${count === 1 ? "fails" : "fail"} before the change`;
}

/** The title in one line of text. */
export function groupTitle(group: FindingGroup): string {
  return titleParts(group)
    .map((part) => ("name" in part ? part.name : part.text))
    .join("");
}

/** What PostgreSQL said, with its code in front. */
export function sentence(finding: Pick<Finding, "sqlstate" | "message"> | undefined): string {
  if (finding === undefined) return "";
  return finding.sqlstate === undefined ? finding.message : `${finding.sqlstate} ${finding.message}`;
}

/** Whether the title of a group says all of it. */
export function speaksForItself({ app, findings }: FindingGroup): boolean {
  return app === undefined || findings[0]?.statement === undefined;
}

/** All groups, the worst first. */
export function allGroups({ places, before, elsewhere }: GroupedFindings): (FindingGroup & {
  place: Place | undefined;
})[] {
  return [
    ...places.flatMap((place) => place.groups.map((group) => ({ ...group, place }))),
    ...[...elsewhere, ...before].map((group) => ({ ...group, place: undefined })),
  ].toSorted((left, right) => rank[left.severity] - rank[right.severity]);
}
