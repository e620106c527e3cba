import { saysNothing } from "../../database/parse-all.ts";
import { preparable } from "../../sql/preparable.ts";
import { newEntry, noteAccepted, type Entry } from "../entry.ts";
import { mergeStatements } from "../merge.ts";
import { vocabularyIn, vocabularyQuery, type SchemaCheck, type VocabularyRow } from "../schema-check.ts";
import { settle } from "../settle.ts";
import type { WorkloadStatement } from "../workload.ts";
import type { RunningReason } from "./left-out.ts";
import type { ReadingSession } from "./reading-session.ts";
import type { PreparedEntry } from "./usable-entries.ts";

/**
 * Makes a workload's statements of what runs: the same statement is one, constants that are still in texts
 * (COPY, before PostgreSQL 16 CALL too) go as in a recording.
 */
export async function settleRunning(
  session: ReadingSession,
  usable: readonly PreparedEntry[],
  leftOut: Map<RunningReason, number>,
): Promise<WorkloadStatement[]> {
  const entries = new Map<string, Entry>();
  for (const { statement, calls, prepared } of usable) {
    const entry = entries.get(statement.key) ?? newEntry(statement);
    entries.set(statement.key, entry);
    entry.name ??= statement.name;
    entry.prepared ||= prepared;
    noteAccepted(entry, statement, calls);
  }
  const check = await openCheck(session, usable);
  const { statements } = await settle(
    {
      entries,
      vocabulary: check.vocabulary,
      leftOut: (reason, count) => void leftOut.set(reason, (leftOut.get(reason) ?? 0) + count),
    },
    { check, samples: false },
  );
  // Who prepares a statement by name, pg_stat_statements does not say.
  return mergeStatements([], statements).map(({ prepared, ...statement }) =>
    prepared === true ? { ...statement, prepared } : statement,
  );
}

async function openCheck(session: ReadingSession, usable: readonly PreparedEntry[]): Promise<SchemaCheck> {
  // What was asked already is not asked again.
  const answers = new Map<string, boolean | undefined>(
    usable.filter(({ checked }) => checked).map(({ statement }) => [statement.sql, true]),
  );
  return {
    vocabulary: vocabularyIn(await session.query<VocabularyRow>(vocabularyQuery)),
    accepts: async (sql) => {
      const known = answers.get(sql);
      if (known !== undefined) return known;
      const [problem] = await session.prepare([preparable(sql)[0] ?? sql]);
      const answer = problem === undefined ? true : saysNothing(problem) ? undefined : false;
      answers.set(sql, answer);
      return answer;
    },
    typeName: async () => undefined,
    close: async () => undefined,
  };
}
