import { mayLack } from "../left-out.ts";
import { refusedBySandbox, type Problem } from "../problem.ts";
import type { Outcome } from "../examine-state.ts";
import type { Again } from "../write-again.ts";
import type { Rehearsal, StatementResult, WorkloadResult } from "../rehearsal.ts";
import type { Finding, FindingCode, Severity } from "./finding.ts";
import { hintFor } from "./hints.ts";
import { shapeDifference } from "./shape-difference.ts";

/** All that a rehearsal says of one workload, statement by statement. */
export function workloadFindings(
  result: WorkloadResult,
  { changes, workloads }: Pick<Rehearsal, "changes" | "workloads">,
): Finding[] {
  const context = { home: result.home, changes, sentToday: sentToday(workloads) };
  return result.statements.flatMap((statement) => [
    ...baselineFindings(statement, context),
    ...breaks(statement, context),
  ]);
}

function baselineFindings({ home, outcomes }: StatementResult, { home: state }: Context): Finding[] {
  const { app, name } = home.statement;
  if (home.broken !== undefined) {
    const { sqlstate, message } = home.broken;
    return [
      {
        code: "broken-at-baseline",
        severity: "warning",
        when: "always",
        app,
        statement: name,
        sqlstate,
        message,
        hint: `It fails ${state === 0 ? "before anything changes" : "even after the change"} and takes no part. See that the baseline is what this version runs on.`,
      },
    ];
  }
  const stop = stopOf({ home, outcomes });
  if (stop !== undefined) return [stopFinding(stop, { app, statement: name })];
  const reason = reasonNotExercised({ home, outcomes });
  if (reason === undefined) return [];
  return [
    {
      code: "not-exercised",
      severity: "note",
      when: "always",
      app,
      statement: name,
      message: reason,
      hint: "Record the workload with parameters: interlock record --samples.",
    },
  ];
}

/** What stopped a statement that says something of the rehearsal and nothing of the statement. */
export function stopOf({ home, outcomes }: Pick<StatementResult, "home" | "outcomes">): Problem | undefined {
  if (home.stopped !== undefined) return home.stopped;
  for (const { executed } of outcomes) {
    if (executed.kind === "not-exercised" && executed.stopped !== undefined) return executed.stopped;
  }
  return undefined;
}

function stopFinding(stop: Problem, at: { app: string; statement: string }): Finding {
  const finding = (code: FindingCode, message: string, hint: string): Finding => ({
    code,
    severity: "warning",
    when: "always",
    ...at,
    sqlstate: stop.sqlstate,
    message: `${message}: ${stop.message}`,
    hint,
  });
  if (refusedBySandbox(stop)) {
    return finding(
      "refused-by-sandbox",
      "the rehearsal doesn't allow this",
      "It runs as a role without rights beyond its database. Leave the statement out of the workload where nothing depends on it.",
    );
  }
  if (mayLack(stop)) {
    return finding(
      "extension-missing",
      "it may need what was left out with --stub-extension",
      "Rehearse on a server that has the extension: --shadow URL.",
    );
  }
  return finding(
    "exceeds-limit",
    "the statement ran into a limit of the rehearsal",
    "It runs on a few rows there. See what it waits for, or leave it out of the workload where nothing depends on it.",
  );
}

/** Why a statement was not executed, at home or in a later state where it can still be prepared. */
export function reasonNotExercised({
  home,
  outcomes,
}: Pick<StatementResult, "home" | "outcomes">): string | undefined {
  if (home.notExercised !== undefined) return home.notExercised;
  for (const { prepared, executed } of outcomes) {
    if (prepared === undefined && executed.kind === "not-exercised") return executed.reason;
  }
  return undefined;
}

/** The statements of the versions that run before anything changes. */
function sentToday(workloads: readonly WorkloadResult[]): ReadonlySet<string> {
  const today = workloads.filter(({ home }) => home === 0).flatMap(({ statements }) => statements);
  return new Set(today.map(({ home }) => home.statement.sql));
}

interface Context {
  home: number;
  changes: Rehearsal["changes"];
  sentToday: ReadonlySet<string>;
}

/** Each kind of break once, where it first shows. */
function breaks(result: StatementResult, context: Context): Finding[] {
  const found = new Map<FindingCode, Finding>();
  for (const outcome of result.outcomes) {
    if (outcome.state === context.home) continue;
    for (const finding of outcomeFindings(result, { outcome, context })) {
      if (!found.has(finding.code)) found.set(finding.code, finding);
    }
  }
  return [...found.values()];
}

function outcomeFindings(
  result: StatementResult,
  { outcome, context }: { outcome: Outcome; context: Context },
): Finding[] {
  const { home } = result;
  const { app, name, calls, prepared } = home.statement;
  const when = outcome.state > context.home ? "after-change" : "before-change";
  const change = when === "after-change" ? context.changes[outcome.state - 1] : undefined;
  const line = result.lines.get(outcome.state) ?? change?.line;
  const finding = (
    code: FindingCode,
    {
      severity,
      sqlstate,
      message,
      proven,
    }: { severity: Severity; sqlstate?: string; message: string; proven: boolean },
  ): Finding => ({
    code,
    severity,
    when,
    app,
    statement: name,
    ...(calls === undefined ? {} : { calls }),
    ...(change === undefined ? {} : { file: change.file ?? change.label }),
    ...(line === undefined ? {} : { line }),
    ...(sqlstate === undefined ? {} : { sqlstate }),
    message,
    hint: hintFor({ code, sqlstate, message, app, when, isPossible: severity === "warning" }),
    proven,
  });
  if (outcome.prepared !== undefined) {
    return [finding("statement-breaks", { severity: "error", ...outcome.prepared, proven: true })];
  }
  const findings: Finding[] = [];
  // What runs already runs no worse when another version sends it too; with made-up values a failure of it
  // says that the values are new, and nobody knows whether the version sends such.
  const runsToday =
    outcome.state === 0 && when === "before-change" && context.sentToday.has(home.statement.sql);
  if (outcome.executed.kind === "failed" && !(runsToday && !outcome.executed.isRecorded)) {
    const { problem, again } = outcome.executed;
    findings.push(
      finding("write-breaks", {
        severity: again?.kind === "same" ? "warning" : "error",
        ...problem,
        message: again === undefined ? problem.message : `${againSays[again.kind]}: ${problem.message}`,
        proven: home.notExercised === undefined,
      }),
    );
  }
  const difference =
    home.homeShape === undefined || outcome.shape === undefined
      ? undefined
      : shapeDifference(home.homeShape, outcome.shape);
  if (difference !== undefined) {
    const severity = difference.isError ? "error" : "warning";
    findings.push(finding("result-changes", { severity, message: difference.message, proven: true }));
  }
  if (outcome.cachedPlan !== undefined) {
    const severity = prepared === true ? "error" : "warning";
    findings.push(finding("cached-plan-breaks", { severity, ...outcome.cachedPlan, proven: true }));
  }
  return findings;
}

const againSays: Readonly<Record<Again["kind"], string>> = {
  recorded: "one after the other, calls that were recorded fail",
  different: "the second time it fails, whatever its values",
  same: "with a value that is there already, if it ever sends one",
};

/** Whether a finding says that a statement stops working, and not only that it answers differently. */
export function isBreak({ code, severity }: Pick<Finding, "code" | "severity">): boolean {
  return (
    code === "statement-breaks" ||
    (severity === "error" && (code === "write-breaks" || code === "cached-plan-breaks"))
  );
}
