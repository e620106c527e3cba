import type { Workload } from "../workload.ts";
import { describeEntries, type PreparedEntry, type UnusableStatement } from "./usable-entries.ts";
import { readConnected, type Connected } from "./connected.ts";
import { findStatistics } from "./find-statistics.ts";
import { runningReasons, type RunningReason } from "./left-out.ts";
import { readEntries, type Entries } from "./read-entries.ts";
import { openReadingSession, type ReadingSession } from "./reading-session.ts";
import { settleRunning } from "./settle-running.ts";
import { count } from "../../std/count.ts";

/** The statements that run on a database now, and what could not be read of them. */
export interface Running {
  workload: Workload;
  database: string;
  serverVersion: string;
  /** Of pg_stat_statements: "1.11"; null for a view of that name. */
  extensionVersion: string | null;
  /** Entries of pg_stat_statements for this database. */
  entries: number;
  /** Since when they are counted, where the server says so. */
  since: string | null;
  leftOut: { reason: RunningReason; what: string; count: number }[];
  /** Statements that an application sends and that could not be brought into a form that can be rehearsed. */
  notUsable: UnusableStatement[];
  /** Statements that the database refuses as it is now: they can't be running. */
  doesNotFit: UnusableStatement[];
  /** What is known to be missing, in words: with it nobody can say that everything that runs was looked at. */
  missing: string[];
  /** What whoever reads the workload should know. */
  notes: string[];
  connected: Connected[];
}

export interface RunningOptions {
  /** The app version that the workload is given to; by default `running@` and the database's name. */
  app?: { app: string; version: string };
}

/**
 * Reads the workload of a running database from pg_stat_statements, in a session that only reads. Statements
 * are prepared there, so that their placeholders get the types of the constants that they stand for, and never
 * executed. Throws `Failure` as `connect` does, or "statement-statistics-missing", "-not-loaded",
 * "-not-allowed".
 */
export async function readRunning(session: ReadingSession, { app }: RunningOptions = {}): Promise<Running> {
  const [place] = await session.query<{ database: string; version: string }>(
    // The alias tells our own statement from the application's.
    "select pg_catalog.current_database()::text as database, pg_catalog.current_setting('server_version') as version, 1 as interlock_reads",
  );
  const database = place?.database ?? "";
  const statistics = await findStatistics(session);
  const read = await readEntries(session, statistics);
  const { usable, leftOut, notUsable, doesNotFit } = await describeEntries(session, read.entries);
  const settled = await settleRunning(session, usable, leftOut);
  return {
    workload: {
      format: "interlock-workload/1",
      app: app?.app ?? "running",
      version: app?.version ?? database.replaceAll(/[\s@/\\]/g, "-"),
      statements: settled,
    },
    database,
    serverVersion: place?.version ?? "",
    extensionVersion: statistics.extension ?? null,
    entries: read.entries.length + read.hidden + read.tooLong,
    since: read.since?.toISOString() ?? null,
    leftOut: [...withTooLong(leftOut, read)]
      .map(([reason, times]) => ({ reason, what: runningReasons[reason], count: times }))
      .toSorted((left, right) => right.count - left.count),
    notUsable,
    doesNotFit,
    missing: missingFrom(read),
    notes: notesOn(read, { topLevel: statistics.columns.has("toplevel"), usable }),
    connected: await readConnected(session),
  };
}

/** `readRunning` on a URL, with a session of its own. */
export async function readRunningFrom(url: string, options: RunningOptions = {}): Promise<Running> {
  const session = await openReadingSession(url);
  try {
    return await readRunning(session, options);
  } finally {
    await session.close();
  }
}

function withTooLong(
  leftOut: ReadonlyMap<RunningReason, number>,
  { tooLong }: Entries,
): Map<RunningReason, number> {
  const all = new Map(leftOut);
  if (tooLong > 0) all.set("too-large", (all.get("too-large") ?? 0) + tooLong);
  return all;
}

function missingFrom({ hidden, tooLong, hasMore }: Entries): string[] {
  return [
    ...(hidden > 0
      ? [
          `${count(hidden, "statement")} of other roles can't be seen: grant pg_monitor (or pg_read_all_stats) to the role that reads`,
        ]
      : []),
    ...(tooLong > 0
      ? [`${count(tooLong, "statement")} longer than 1 MB ${tooLong === 1 ? "was" : "were"} not read`]
      : []),
    ...(hasMore
      ? ["pg_stat_statements holds more than 50,000 statements; the least called were not read"]
      : []),
  ];
}

function notesOn(
  { dropped = 0 }: Entries,
  { topLevel, usable }: { topLevel: boolean; usable: readonly PreparedEntry[] },
): string[] {
  const unchecked = usable.filter(({ checked }) => !checked).length;
  return [
    ...(dropped > 0
      ? [
          `the server has dropped its least called entries ${dropped.toLocaleString("en")} times to make room, so that rare statements may be missing: raise pg_stat_statements.max`,
        ]
      : []),
    ...(topLevel ? [] : ["this version does not tell clients' statements from those inside functions"]),
    ...(unchecked > 0
      ? [`${count(unchecked, "statement")} could not be prepared on the database, for locks or rights`]
      : []),
  ];
}
