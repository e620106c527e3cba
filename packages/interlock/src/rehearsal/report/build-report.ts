import { appVersion, type Workload } from "../../workload/workload.ts";
import type { Migration } from "../../migration/migration.ts";
import type { MigrationFailure } from "../../migration/apply.ts";
import type { Running } from "../../workload/running/read-running.ts";
import type { Rehearsal, WorkloadResult } from "../rehearsal.ts";
import type { Sizes } from "../stats/estimate.ts";
import type { RecordedStep } from "../step-effects.ts";
import type { Wait } from "../waiting/find-waiting.ts";
import { durationOf } from "./traffic.ts";
import { trafficFindings, unknownWaits, type TrafficOptions } from "./traffic-findings.ts";
import type { CheckedStep, CheckedWorkload, CheckReport } from "./check-report.ts";
import { leftOutGaps, type LeftOut } from "../left-out.ts";
import { obstacleOf } from "../obstacle.ts";
import { stoppedStatements, unexercisedWrites } from "./coverage.ts";
import type { Finding } from "./finding.ts";
import { runningGaps, runningSource } from "./running.ts";
import { fitOf } from "./fit-of.ts";
import { rightsOfOthers } from "./rights-of-others.ts";
import { judge, type Deploy } from "./judgement.ts";
import { reasonNotExercised, workloadFindings } from "./workload-findings.ts";
import { firstFew } from "../../std/first-few.ts";

interface Facts {
  deploy: Deploy;
  shadowVersion: string;
  durationMs: number;
  migrations: readonly Migration[];
  old: readonly Workload[];
  new: readonly Workload[];
  running?: Running | undefined;
  traffic: TrafficOptions;
  leftOut?: LeftOut | undefined;
}

/** The report of a rehearsal that went through. */
export function buildReport({ rehearsal, ...facts }: Facts & { rehearsal: Rehearsal }): CheckReport {
  const { deploy, migrations, shadowVersion, durationMs } = facts;
  const isOld = (result: WorkloadResult): boolean => result.home === 0 && facts.old.includes(result.workload);
  const findings = [
    ...rehearsal.refusedRows.map((refused) => refusedRowsFinding(refused, rehearsal)),
    ...rehearsal.workloads.flatMap((result) => workloadFindings(result, rehearsal)),
    ...trafficFindings(rehearsal, facts.traffic),
  ];
  const allGaps = (result: WorkloadResult): string[] => [
    ...gapsOf(result, rehearsal),
    ...(result.workload === facts.running?.workload ? runningGaps(facts.running, rehearsal, result) : []),
  ];
  const unrun = facts.leftOut === undefined ? [] : leftOutGaps(facts.leftOut);
  const gaps = (wanted: readonly WorkloadResult[]): string[] => [
    ...unrun,
    ...wanted.flatMap((result) => allGaps(result)),
  ];
  const judgement = judge(
    {
      findings,
      hasOld: facts.old.length > 0,
      hasNew: facts.new.length > 0,
      gaps: {
        schemaFirst: gaps(rehearsal.workloads.filter(isOld)),
        appFirst: gaps(rehearsal.workloads.filter((result) => !isOld(result))),
      },
      waits: unknownWaits(rehearsal, facts.traffic.sizes),
      obstacle: undefined,
    },
    deploy,
  );
  return {
    format: "interlock-check/1",
    verdict: judgement.verdict,
    order: judgement.order ?? null,
    deploy,
    reasons: judgement.reasons,
    files: migrations.map(({ path }, index) => ({
      path,
      steps: (rehearsal.changes[index]?.steps ?? []).map((step) => checkedStep(step, facts.traffic.sizes)),
    })),
    workloads: rehearsal.workloads.map((result) => ({
      ...checked(result, isOld(result) ? "old" : "new"),
      ...fitOf(findings, {
        app: appVersion(result.workload),
        role: isOld(result) ? "old" : "new",
        gaps: allGaps(result),
      }),
    })),
    findings: findings.map((finding) => withSeverity(finding, deploy)),
    ...runningSource(facts.running),
    shadow: { version: shadowVersion },
    durationMs,
  };
}

function statementIds({ statements }: Wait): string[] {
  return statements.map(({ app, name }) => `${app}#${name}`);
}

function checkedStep(
  { line, sql, locks, rewrites, traffic }: RecordedStep,
  sizes: Sizes | undefined,
): CheckedStep {
  const { work = [], waits = [] } = traffic ?? {};
  const read = work.filter(({ kind }) => kind === "verify" || kind === "index" || kind === "read");
  return {
    line,
    sql,
    locks,
    rewrites,
    scans: [...new Set(read.map(({ relation }) => relation))],
    blocks: [...new Set(waits.flatMap(statementIds))],
    waits: waits.map((wait) => ({
      relation: wait.relation,
      mode: wait.wanted ?? null,
      held: wait.held,
      statements: statementIds(wait),
    })),
    duration: work.length === 0 ? null : (durationOf(work, sizes) ?? null),
  };
}

/** The report of a change that PostgreSQL refuses to apply: nothing about it is known. */
export function reportOfObstacle({
  obstacle,
  ...facts
}: Omit<Facts, "traffic"> & { obstacle: MigrationFailure }): CheckReport {
  const { code, sqlstate, message, hint, reason: why } = obstacleOf(obstacle, facts.leftOut);
  const reason = `${why}: ${obstacle.message}`;
  const finding: Finding = {
    code,
    severity: "error",
    when: "always",
    file: obstacle.path,
    line: obstacle.line,
    ...(sqlstate === undefined ? {} : { sqlstate }),
    message,
    hint,
  };
  return {
    format: "interlock-check/1",
    verdict: "unknown",
    order: null,
    deploy: facts.deploy,
    reasons: [why],
    files: facts.migrations.map(({ path }) => ({ path, steps: refusedStep(obstacle, path) })),
    workloads: [
      ...facts.old.map((workload) => unchecked(workload, { role: "old", reason })),
      ...facts.new.map((workload) => unchecked(workload, { role: "new", reason })),
    ],
    findings: [finding],
    ...runningSource(facts.running),
    shadow: { version: facts.shadowVersion },
    durationMs: facts.durationMs,
  };
}

/** The statement that was refused, so that a report can show it; it did nothing. */
function refusedStep({ path, line, sql }: MigrationFailure, file: string): CheckedStep[] {
  if (path !== file || sql === undefined) return [];
  return [checkedStep({ line, sql, locks: [], rewrites: [], additive: false }, undefined)];
}

function unchecked(
  { app, version, statements }: Workload,
  { role, reason }: { role: "old" | "new"; reason: string },
): CheckedWorkload {
  const counts = { statements: statements.length, exercised: 0, brokenAtBaseline: 0 };
  const names = statements.map(({ name }) => name);
  return { app, version, role, names, ...counts, works: "unknown", why: [reason] };
}

function checked(
  { workload, statements }: WorkloadResult,
  role: "old" | "new",
): Omit<CheckedWorkload, "works" | "why"> {
  const sound = statements.filter(({ home }) => home.broken === undefined);
  return {
    app: workload.app,
    version: workload.version,
    role,
    statements: statements.length,
    names: statements.map(({ home }) => home.statement.name),
    exercised: sound.filter((result) => reasonNotExercised(result) === undefined).length,
    brokenAtBaseline: statements.length - sound.length,
  };
}

/** What hurts only the order that nobody asked for is a note. */
function withSeverity(finding: Finding, deploy: Deploy): Finding {
  const other =
    deploy === "schema-first" ? "before-change" : deploy === "app-first" ? "after-change" : undefined;
  return finding.when === other ? { ...finding, severity: "note" } : finding;
}

function refusedRowsFinding(
  { change, tables, problem }: Rehearsal["refusedRows"][number],
  { changes }: Rehearsal,
): Finding {
  const where = tables.length === 0 ? "the tables that it changes hold" : `${tables.join(", ")} hold`;
  return {
    code: "migration-refuses-rows",
    severity: "warning",
    when: "always",
    ...(changes[change] === undefined ? {} : { file: changes[change].file ?? changes[change].label }),
    sqlstate: problem.sqlstate,
    message: `it does not apply while ${where} rows such as those made up here: ${problem.message}`,
    hint: "See that the rows in production fit, or put them right in the migration first. It was rehearsed with other rows, or with none.",
  };
}

/** Why it is not known whether a workload works where it is not at home. */
function gapsOf(result: WorkloadResult, rehearsal: Rehearsal): string[] {
  const names = unexercisedWrites(result, rehearsal);
  const stopped = stoppedStatements(result, rehearsal);
  return [
    ...(isOutOfPlace(result) ? [outOfPlace(result)] : []),
    ...(names.length === 0 ? [] : [gap(appVersion(result.workload), names)]),
    ...(stopped.length === 0 ? [] : [stoppedGap(appVersion(result.workload), stopped)]),
    // A version that comes after the change is not there before it to lose anything.
    ...(result.home === 0 ? rightsOfOthers(result, rehearsal) : []),
  ];
}

/** A workload of which little works where it should be at home says nothing about the change. */
function isOutOfPlace({ statements }: WorkloadResult): boolean {
  return 2 * statements.filter(({ home }) => home.broken === undefined).length <= statements.length;
}

function outOfPlace({ workload, statements, home }: WorkloadResult): string {
  const app = appVersion(workload);
  if (statements.length === 0) return `the workload of ${app} is empty: record it again`;
  const place = home === 0 ? "before anything changes" : "even after the change";
  return `most statements of ${app} fail ${place}: see that --baseline gives the schema that it runs on`;
}

function gap(app: string, names: readonly string[]): string {
  return `${app} writes to what the change touches with statements that could not be exercised (${firstFew(names)}): record it with --samples`;
}

function stoppedGap(app: string, names: readonly string[]): string {
  return `${app} has statements that the rehearsal stops (${firstFew(names)}): what they do after the change is not known`;
}
