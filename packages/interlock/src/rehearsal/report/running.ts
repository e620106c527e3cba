import { appVersion } from "../../workload/workload.ts";
import type { Running } from "../../workload/running/read-running.ts";
import type { Rehearsal, WorkloadResult } from "../rehearsal.ts";
import type { CheckedWorkload, CheckReport, RunningSource } from "./check-report.ts";
import { reachOf } from "./coverage.ts";
import { clip } from "./printable.ts";
import { count } from "../../std/count.ts";
import { firstFew } from "../../std/first-few.ts";

/**
 * Why nobody can say that everything that runs was looked at: statements that this role may not see, and
 * statements that name what the change acts on but are in no usable form, or that the database takes and the
 * baseline does not.
 */
export function runningGaps(
  running: Running,
  rehearsal: Pick<Rehearsal, "changes">,
  { statements }: Pick<WorkloadResult, "statements">,
): string[] {
  const { names, isOpen } = reachOf(rehearsal);
  const isReached = ({ sql }: { sql: string }): boolean =>
    isOpen || (sql.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []).some((word) => names.has(word));
  const notUsable = running.notUsable.filter(isReached);
  const elsewhere = statements
    .filter(({ home }) => home.broken !== undefined)
    .map(({ home }) => ({ sql: home.statement.sql, why: home.broken?.message ?? "" }))
    .filter(isReached);
  return [
    ...running.missing.map((what) => `${running.database}: ${what}`),
    ...gap(notUsable, (them) => `can't be rehearsed as pg_stat_statements shows ${them}`, "record"),
    ...gap(
      elsewhere,
      (them) =>
        them === "it" ? "runs there and fails on the baseline" : "run there and fail on the baseline",
      undefined,
    ),
  ];
}

function gap(
  some: readonly { sql: string; why: string }[],
  says: (them: string) => string,
  verb: string | undefined,
): string[] {
  const [first] = some;
  if (first === undefined) return [];
  const them = some.length === 1 ? "it" : "them";
  const next = verb === undefined ? "give the database's own schema with --baseline URL" : `${verb} ${them}`;
  return [
    `${count(some.length, "statement")} on what the change touches ${says(them)} (${clip(first.sql, 60)}: ${first.why}): ${next}`,
  ];
}

/** What the report says of where a workload was read from; no field where none was. */
export function runningSource(running: Running | undefined): { running?: RunningSource } {
  if (running === undefined) return {};
  const { workload, ...rest } = running;
  return { running: { app: appVersion(workload), ...rest } };
}

/** The same in sentences: the first says how many, the others what whoever decides should know. */
export function runningLines(
  {
    running,
    workloads,
  }: Pick<CheckReport, "running"> & {
    workloads: readonly Pick<CheckedWorkload, "app" | "version" | "statements">[];
  },
  { verbose }: { verbose: boolean },
): string[] {
  if (running === undefined) return [];
  const { app, database, serverVersion, entries, since, leftOut, notUsable, doesNotFit, notes, connected } =
    running;
  const statements = workloads.find((one) => `${one.app}@${one.version}` === app)?.statements ?? 0;
  const from = since === null ? "" : `, counted since ${since.slice(0, 16).replace("T", " ")}`;
  const lines = [
    `${app}: ${count(statements, "statement")} that ${statements === 1 ? "runs" : "run"} on ${database} (PostgreSQL ${serverVersion}), from ${entries.toLocaleString("en")} ${entries === 1 ? "entry" : "entries"} of pg_stat_statements${from}`,
    `connected now: ${connectedNow(connected)}`,
    ...notes,
  ];
  if (verbose) {
    return [
      ...lines,
      ...leftOut.map(({ what, count: times }) => `left out ${times.toLocaleString("en")}: ${what}`),
      ...notUsable.map(({ sql, why }) => `not usable: ${clip(sql, 120)} (${why})`),
      ...doesNotFit.map(({ sql, why }) => `does not fit the database: ${clip(sql, 120)} (${why})`),
    ];
  }
  const told = [
    ...(notUsable.length > 0 ? [`${count(notUsable.length, "statement")} not usable`] : []),
    ...(doesNotFit.length > 0
      ? [`${count(doesNotFit.length, "statement")} that the database itself refuses by now`]
      : []),
  ];
  return told.length === 0 ? lines : [...lines, `left out: ${told.join(", ")} (--verbose lists them)`];
}

function connectedNow(connected: Running["connected"]): string {
  if (connected.length === 0) return "nobody";
  const names = connected.map(
    ({ applicationName, sessions }) =>
      `${applicationName === "" ? "(no name)" : applicationName} (${String(sessions)})`,
  );
  return firstFew(names, 8);
}
