import { analyseText, type AnalysedStatement } from "../analyse.ts";
import { preparable } from "../../sql/preparable.ts";
import { reasonByFirstWord, type RunningReason } from "./left-out.ts";
import { relationsIn, qualifyNames } from "./qualify-names.ts";
import type { RunningEntry } from "./read-entries.ts";
import type { ReadingSession } from "./reading-session.ts";
import { repairPlaceholders } from "./repair-placeholders.ts";
import { readRelations, type Relations } from "./relations.ts";
import { readRolePaths, type RolePath } from "./role-paths.ts";
import { usableStatement } from "./usable-statement.ts";

/** A statement that can be rehearsed. */
export interface PreparedEntry {
  statement: AnalysedStatement;
  calls: number;
  /** It was sent with SQL's own PREPARE. */
  prepared: boolean;
  /** The running database has taken it. */
  checked: boolean;
}

/** A statement that can't be rehearsed, and why. Constants are no part of it. */
export interface UnusableStatement {
  sql: string;
  calls: number;
  why: string;
}

export interface DescribedEntries {
  usable: PreparedEntry[];
  leftOut: Map<RunningReason, number>;
  notUsable: UnusableStatement[];
  doesNotFit: UnusableStatement[];
}

/** Of statements that an application sends, the ones to try on the database. */
interface Candidate {
  statement: AnalysedStatement;
  entry: RunningEntry;
  path: RolePath | undefined;
}

/** Sorts the entries of pg_stat_statements into what can be rehearsed and what can't, and says why. */
export async function describeEntries(
  session: ReadingSession,
  entries: readonly RunningEntry[],
): Promise<DescribedEntries> {
  const described: DescribedEntries = { usable: [], leftOut: new Map(), notUsable: [], doesNotFit: [] };
  const paths = await readRolePaths(
    session,
    entries.map(({ role }) => role),
  );
  const relations = await readRelations(session);
  const candidates: Candidate[] = [];
  for (const entry of entries) {
    const read = readEntry(entry, relations);
    if (typeof read === "string") count(described, read);
    else if ("why" in read) leaveOut(described, "not-usable", read);
    else candidates.push({ statement: read, entry, path: paths.get(entry.role) });
  }
  for (const [setting, same] of Map.groupBy(candidates, ({ path }) => path?.setting)) {
    await tryAll(session, { candidates: same, setting, relations, described });
  }
  return described;
}

function readEntry(
  { query, calls }: RunningEntry,
  relations: Relations,
): AnalysedStatement | RunningReason | UnusableStatement {
  if (query === null) return "text-lost";
  const early = reasonByFirstWord(query);
  if (early !== undefined) return early;
  if (/\binterlock[._]/i.test(query)) return "interlock";
  const analysed = analyseText(repairPlaceholders(query));
  const [statement] = analysed ?? [];
  if (analysed === undefined || statement === undefined || analysed.length !== 1) {
    return { sql: query, calls, why: "the text that the server keeps does not parse" };
  }
  if (statement.kind !== "workload" && statement.kind !== "prepare") {
    return statement.kind === "cursor" || statement.kind === "execute" ? "unknown-statement" : statement.kind;
  }
  const named = relationsIn(statement.node);
  const onSystem =
    named.length === 0
      ? /\bpg_stat(?:io)?_/.test(statement.sql)
      : named.every((relation) => relations.isSystem(relation));
  return onSystem ? "catalog" : statement;
}

function leaveOut(
  described: DescribedEntries,
  reason: "not-usable" | "does-not-fit",
  statement: UnusableStatement,
): void {
  (reason === "not-usable" ? described.notUsable : described.doesNotFit).push(statement);
  count(described, reason);
}

function count({ leftOut }: DescribedEntries, reason: RunningReason): void {
  leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
}

interface Trial {
  candidates: readonly Candidate[];
  setting: string | undefined;
  relations: Relations;
  described: DescribedEntries;
}

async function tryAll(session: ReadingSession, trial: Trial): Promise<void> {
  const { candidates, setting, relations, described } = trial;
  const prepare = (texts: readonly string[]) => session.prepare(texts, setting);
  const problems = await prepare(
    candidates.map(({ statement }) => preparable(statement.sql)[0] ?? statement.sql),
  );
  for (const [index, { statement, entry, path }] of candidates.entries()) {
    const usable = await usableStatement(statement.sql, problems[index], {
      prepare,
      isClosed: relations.isClosed(path?.schemas ?? []),
    });
    if (usable.kind !== "usable") {
      const { sqlstate, message } = usable.problem;
      leaveOut(described, usable.kind, {
        sql: statement.sql,
        calls: entry.calls,
        why: `${sqlstate} ${message}`,
      });
      continue;
    }
    const schemas = path?.schemas ?? [];
    const sql = relations.needSchemas(schemas)
      ? qualifyNames(usable.sql, (name) => relations.schemaToWrite(name, schemas))
      : usable.sql;
    const [again] = sql === statement.sql ? [statement] : (analyseText(sql) ?? []);
    if (again === undefined) throw new Error(`a statement that was prepared parses: ${sql}`);
    described.usable.push({
      statement: { ...again, name: statement.name, kind: "workload" },
      calls: entry.calls,
      prepared: statement.kind === "prepare",
      checked: usable.checked,
    });
  }
}
