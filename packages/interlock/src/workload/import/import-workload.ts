import { readFile } from "node:fs/promises";
import { Failure, messageOf } from "../../std/failure.ts";
import { mergeStatements } from "../merge.ts";
import { leftOutReasons, type LeftOutReason } from "../observation.ts";
import { readWorkload } from "../read.ts";
import { openSchemaCheck } from "../schema-check.ts";
import { settle } from "../settle.ts";
import { readUpstream } from "../upstream.ts";
import { appVersion, type WorkloadStatement } from "../workload.ts";
import { readCsvlog } from "./csvlog.ts";
import { readGeneratedCode } from "./generated-code.ts";
import { readJsonlog } from "./jsonlog.ts";
import { findSources, type ImportKind, type ImportSource } from "./kinds.ts";
import { linesOf, openBytes } from "./lines.ts";
import { logTroubles } from "./log-record.ts";
import { LogStatements, type LogFilter } from "./log-statements.ts";
import { readNamedSql, type ReadQueries } from "./named-sql.ts";
import type { NotImported } from "./not-imported.ts";
import { readPlainLog } from "./plain-log.ts";
import { readSqlcConfig } from "./sqlc-config.ts";
import { readSqlx } from "./sqlx.ts";

export interface ImportOptions {
  paths: readonly string[];
  /** Undefined: each file says it itself. */
  kind?: ImportKind | undefined;
  /** Keeps values of logs, which may be personal data. */
  samples: boolean;
  filter: LogFilter;
  /** A database of that schema, which knows its own words (enum values, checks) and can prepare what was read. */
  databaseUrl?: string | undefined;
}

export interface Imported {
  statements: WorkloadStatement[];
  sources: ImportSource[];
  /** One by one, of files with queries. */
  notImported: NotImported[];
  /** By reason, of logs. */
  leftOut: { reason: string; what: string; count: number }[];
  notes: string[];
}

/**
 * Reads statements from files of queries and from server logs. Throws `Failure` "source-not-readable",
 * "source-not-known", or "several-databases" for a log of more than one without a filter.
 */
export async function importWorkload(options: ImportOptions): Promise<Imported> {
  const sources = (await Promise.all(options.paths.map((path) => findSources(path, options.kind)))).flat();
  const logs = new LogStatements(options);
  const read: ReadQueries[] = [];
  let hasLogs = false;
  for (const source of sources) {
    if (source.kind === "csvlog" || source.kind === "jsonlog" || source.kind === "log") {
      hasLogs = true;
      await readLog(source.path, { kind: source.kind, logs });
    } else {
      read.push(await readQueries(source));
    }
  }
  logs.finish();
  if (hasLogs) refuseSeveral(logs, options.filter);
  const settled = await settleLogs(logs, options);
  return {
    statements: mergeStatements([], [...read.flatMap(({ statements }) => statements), ...settled.statements]),
    sources,
    notImported: read.flatMap(({ notImported }) => notImported),
    leftOut: settled.leftOut,
    notes: [...new Set([...read.flatMap(({ notes }) => notes), ...settled.notes])],
  };
}

const readers = { csvlog: readCsvlog, jsonlog: readJsonlog, log: readPlainLog };

async function readLog(
  path: string,
  { kind, logs }: { kind: keyof typeof readers; logs: LogStatements },
): Promise<void> {
  try {
    for await (const record of readers[kind](linesOf(openBytes(path) as AsyncIterable<Buffer>)))
      logs.take(record);
  } catch (error) {
    throw notReadable(path, error);
  }
}

async function readQueries({ path, kind }: ImportSource): Promise<ReadQueries> {
  if (kind === "workload") {
    const { statements, ...rest } = await readWorkload(path);
    return { statements, notImported: [], notes: [`${path} is the workload of ${appVersion(rest)}`] };
  }
  if (kind === "sqlc") return readSqlcConfig(path);
  const content = await readFile(path, "utf8").catch((error: unknown) => {
    throw notReadable(path, error);
  });
  if (kind === "code") return readGeneratedCode(content, path);
  if (kind !== "sqlx") return readNamedSql(content, path);
  try {
    return readSqlx(JSON.parse(content), path);
  } catch (error) {
    return {
      statements: [],
      notImported: [{ source: path, what: "query", why: messageOf(error) }],
      notes: [],
    };
  }
}

/** Several databases in one log are several schemas: what is sent to one says nothing about another. */
function refuseSeveral({ databases }: LogStatements, filter: LogFilter): void {
  const named = [...databases].filter(([name]) => name !== "");
  if (filter.database !== undefined || named.length <= 1) return;
  const shown = named.toSorted((left, right) => right[1] - left[1]).slice(0, 10);
  throw new Failure({
    code: "several-databases",
    message: "The log holds statements of several databases.",
    why: shown.map(([name, count]) => `${name}: ${count.toLocaleString("en")}`).join(", "),
    state: "No file was written.",
    next: `Say which with --log-database, such as --log-database ${shown[0]?.[0] ?? ""}.`,
  });
}

async function settleLogs(
  logs: LogStatements,
  { samples, databaseUrl, filter }: ImportOptions,
): Promise<Pick<Imported, "statements" | "leftOut" | "notes">> {
  const { collector } = logs;
  if (collector.entries.size === 0 && collector.leftOutCounts.size === 0 && logs.troubles.size === 0) {
    return { statements: [], leftOut: [], notes: [] };
  }
  const opened =
    databaseUrl === undefined
      ? undefined
      : await openSchemaCheck(await readUpstream(databaseUrl, process.env));
  const check = typeof opened === "string" ? undefined : opened;
  try {
    const { statements } = await settle(collector, { check, samples });
    return {
      statements,
      leftOut: [...countsOf(collector.leftOutCounts), ...troublesOf(logs)],
      notes: [
        ...(typeof opened === "string" ? [`the database could not be asked: ${opened}`] : []),
        ...applicationNote(logs, filter),
      ],
    };
  } finally {
    await check?.close();
  }
}

function countsOf(counts: ReadonlyMap<LeftOutReason, number>): Imported["leftOut"] {
  return [...counts]
    .map(([reason, count]) => ({ reason, what: leftOutReasons[reason], count }))
    .toSorted((left, right) => right.count - left.count);
}

const troubleWords: Readonly<Record<string, string>> = {
  ...logTroubles,
  "auto-explain": "plans of auto_explain",
  "duration-only":
    "durations without a statement (log_duration): set log_min_duration_statement or log_statement",
};

function troublesOf({ troubles }: LogStatements): Imported["leftOut"] {
  return [...troubles].map(([reason, count]) => ({ reason, what: troubleWords[reason] ?? reason, count }));
}

function applicationNote({ applications }: LogStatements, { application }: LogFilter): string[] {
  if (application !== undefined || applications.size <= 1) return [];
  const shown = [...applications].toSorted((left, right) => right[1] - left[1]).slice(0, 8);
  const names = shown.map(
    ([name, count]) => `${name === "" ? "(no name)" : name} (${count.toLocaleString("en")})`,
  );
  return [
    `statements of ${String(applications.size)} applications: ${names.join(", ")}; --log-application takes one of them`,
  ];
}

function notReadable(path: string, error: unknown): Failure {
  return new Failure({
    code: "source-not-readable",
    message: `${path} can't be read.`,
    why: messageOf(error),
    state: "No file was written.",
    next: "See that it is whole and that you may read it.",
    cause: error,
  });
}
