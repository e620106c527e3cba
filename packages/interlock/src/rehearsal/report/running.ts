import { appVersion } from "../../workload/workload.ts";
import type { Running } from "../../workload/running/read-running.ts";
import type { Rehearsal } from "../rehearsal.ts";
import type { CheckedWorkload, CheckReport, RunningSource } from "./check-report.ts";
import { reachOf } from "./coverage.ts";
import { clip } from "./printable.ts";

/**
 * Why nobody can say that everything that runs was looked at: statements that this role may not see, and
 * statements in no usable form that name what the change acts on.
 */
export function runningGaps(running: Running, rehearsal: Pick<Rehearsal, "changes">): string[] {
  const { names, isOpen } = reachOf(rehearsal);
  const reached = running.notUsable.filter(
    ({ sql }) =>
      isOpen || (sql.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []).some((word) => names.has(word)),
  );
  const [first] = reached;
  return [
    ...running.missing.map((what) => `${running.database}: ${what}`),
    ...(first === undefined
      ? []
      : [
          `${count(reached.length, "statement")} on what the change touches can't be rehearsed as pg_stat_statements shows ${reached.length === 1 ? "it" : "them"} (${clip(first.sql, 60)}: ${first.why}): record ${reached.length === 1 ? "it" : "them"}`,
        ]),
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
  const most = 8;
  const shown = connected
    .slice(0, most)
    .map(
      ({ applicationName, sessions }) =>
        `${applicationName === "" ? "(no name)" : applicationName} (${String(sessions)})`,
    );
  const more = connected.length - most;
  return `${shown.join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
