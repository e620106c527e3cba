import type { Client, QueryResult } from "pg";
import { sessionIsGone } from "../database/sqlstate.ts";
import { quoteLiteral, quoteQualified } from "../sql/quote.ts";
import { keepsTrafficOut, lockTableMode, type LockMode } from "../database/lock-mode.ts";
import type { Relation } from "../plan/plan.ts";
import { refuseLiveVersionsSql } from "./live-versions.ts";
import { lockWaitShareMs } from "./session-set-up.ts";
import { lockHeldSetting, lockWaitSetting } from "./step-journal.ts";

export interface LockedTransaction {
  relations: readonly Relation[];
  lock: LockMode;
  statements: readonly string[];
  /** Whether statements that only drop something are content where it is gone already. */
  contentWithGone?: boolean;
  lockBudgetMs: number;
  /** App versions that must have no session once the locks are had. */
  refusedVersions: readonly string[];
  /** The journal's statement, committed with the others. It answers the times of the locks. */
  journalSql: string;
}

/** How long live statements could have waited: for a step in the queue, and for one that has its locks; else 0. */
export interface LockTimes {
  lockWaitMs: number;
  lockHeldMs: number;
}

/**
 * Runs statements in one transaction: first the locks in the order given, then the statements, then the
 * journal's row. It travels as one message, so that the locks are never held for the time of a round trip or
 * by an executor that was stopped in the middle, and either all of it happens or nothing.
 *
 * What takes a lock that keeps live statements out gets the lock budget for waiting and holding together;
 * SQLSTATE 55P03 says that a lock was not had in time and 57014 that the whole was not done in time.
 */
export async function runLocked(client: Client, transaction: LockedTransaction): Promise<LockTimes> {
  let answer: unknown;
  try {
    answer = await client.query(lockedTransactionSql(transaction));
  } catch (error) {
    // The message's own commit was not reached.
    if (!sessionIsGone(error)) await client.query("rollback");
    throw error;
  }
  const results = (Array.isArray(answer) ? answer : [answer]) as QueryResult<{
    lock_wait_ms: number;
    lock_held_ms: number;
  }>[];
  const [row] = results.find(({ command }) => command === "UPDATE")?.rows ?? [];
  if (row === undefined) throw new Error("the journal's statement answers one row");
  return { lockWaitMs: row.lock_wait_ms, lockHeldMs: row.lock_held_ms };
}

/** How long a lock is waited for whose queue no live statement stands in: long enough for an autovacuum to make way. */
const patientLockWaitMs = 5_000;

function lockedTransactionSql(transaction: LockedTransaction): string {
  const { lock, lockBudgetMs, journalSql } = transaction;
  const bounded = keepsTrafficOut(lock);
  const lockTimeoutMs = bounded ? lockWaitShareMs(lockBudgetMs) : Math.max(lockBudgetMs, patientLockWaitMs);
  return `begin;
set local lock_timeout = ${String(lockTimeoutMs)};
set local statement_timeout = ${bounded ? String(lockBudgetMs) : "0"};
do ${quoteLiteral(bodySql(transaction))};
${journalSql};
commit`;
}

const measureSql = `perform pg_catalog.set_config('${lockWaitSetting}', (extract(epoch from had - asked) * 1000)::text, true);
  perform pg_catalog.set_config('${lockHeldSetting}', (extract(epoch from pg_catalog.clock_timestamp() - had) * 1000)::text, true);`;

// One block and not one statement after the other: statement_timeout bounds the whole, waiting included.
function bodySql({
  relations,
  lock,
  statements,
  refusedVersions,
  contentWithGone = false,
}: LockedTransaction): string {
  return `declare
  asked constant timestamptz := pg_catalog.clock_timestamp();
  had timestamptz;
begin
  ${relations.map((relation) => lockSql(relation, lock)).join("\n  ")}
  had := pg_catalog.clock_timestamp();
  ${refuseLiveVersionsSql(refusedVersions)}
  ${statements.map((statement) => (contentWithGone && onlyDrops(statement) ? dropSql(statement) : `execute ${quoteLiteral(statement)};`)).join("\n  ")}
  ${keepsTrafficOut(lock) ? measureSql : ""}
end`;
}

/** Whether a statement does nothing but take something away. */
function onlyDrops(statement: string): boolean {
  return /^\s*(drop\s|alter\s+table\s+[^;]*\sdrop\s)/i.test(statement) && !/\badd\s/i.test(statement);
}

/** Somebody may have taken it away by hand, and a rollback is to come to its end all the same. */
function dropSql(statement: string): string {
  return `begin
    execute ${quoteLiteral(statement)};
  exception when undefined_object or undefined_column or undefined_table or undefined_function or invalid_schema_name then
    null;
  end;`;
}

/** Locks a table if it is one and is there yet; what a step makes itself, and views, have no lock to take first. */
function lockSql({ schema, name }: Relation, lock: LockMode): string {
  const table = quoteQualified(schema, name);
  return `if exists (select from pg_catalog.pg_class where oid = pg_catalog.to_regclass(${quoteLiteral(table)}) and relkind in ('r', 'p')) then
    lock table ${table} in ${lockTableMode(lock)} mode;
  end if;`;
}
