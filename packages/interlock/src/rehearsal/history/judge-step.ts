import { appVersion } from "../../workload/workload.ts";
import { MigrationFailure } from "../../migration/apply.ts";
import type { Failure } from "../../std/failure.ts";
import type { CheckReport } from "../report/check-report.ts";
import type { Finding } from "../report/finding.ts";
import { isBreak } from "../report/workload-findings.ts";
import type { BrokenStatement, StepResult } from "./history-report.ts";
import type { HistoryStep } from "./history-step.ts";

/** What the check of a step says, file by file. */
export function resultOf(step: HistoryStep, report: CheckReport): StepResult {
  const breaks = report.findings.filter(isBreak);
  return {
    ...emptyResult(step),
    files: step.change.map(({ path }) => ({
      path,
      broken: breaks.filter(({ file, when }) => file === path && when === "after-change").map(broken),
    })),
    ahead: breaks.filter(({ when }) => when === "before-change").map(broken),
    verdict: report.verdict,
    order: report.order,
    reasons: report.reasons,
    findings: report.findings,
    durationMs: report.durationMs,
  };
}

/** A step of which nothing can be known, and why. */
export function unknownResult(step: HistoryStep, reason: string): StepResult {
  return { ...emptyResult(step), reasons: [reason] };
}

/** A step behind, or with, a migration that does not apply. */
export function behindFailure(step: HistoryStep, failure: Failure): StepResult {
  if (!(failure instanceof MigrationFailure)) return unknownResult(step, failure.message);
  const isHere = step.change.some(({ path }) => path === failure.path);
  return unknownResult(
    step,
    isHere ? `it does not apply: ${failure.message}` : `${failure.path} does not apply, and it stands before`,
  );
}

function emptyResult(step: HistoryStep): StepResult {
  return {
    old: step.old.map(appVersion),
    new: step.new.map(appVersion),
    files: step.change.map(({ path }) => ({ path, broken: [] })),
    ahead: [],
    verdict: "unknown",
    order: null,
    reasons: [],
    findings: [],
    durationMs: 0,
    kept: false,
  };
}

function broken({ app = "", statement = "", code, sqlstate, line }: Finding): BrokenStatement {
  return {
    app,
    statement,
    code,
    ...(sqlstate === undefined ? {} : { sqlstate }),
    ...(line === undefined ? {} : { line }),
  };
}
