import type { Client, QueryResult } from "pg";
import { Backoff } from "../database/backoff.ts";
import { anotherTryMayWork, sessionIsGone, sqlstateOf, wasTimedOut } from "../database/sqlstate.ts";
import { syncOffSetting, triggersSetting } from "../plan/backfill-sql.ts";
import type { BatchedStep } from "../plan/plan.ts";
import { quoteLiteral, quoteQualified } from "../sql/quote.ts";
import type { BackfillPace } from "./backfill-pace.ts";
import type { BatchScope } from "./batch-scope.ts";
import type { Execution, StepTask } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf } from "./journal-record.ts";
import { pause } from "./pause.ts";
import { batchNoted, batchNotedSql, stillOursSql, type RangeRecord } from "./ranges-journal.ts";
import type { Settings } from "./settings.ts";
import { lockNotHad, stepFailed } from "./step-failure.ts";

export interface Batch {
  task: StepTask<BatchedStep>;
  /** Whose session it runs on. */
  client: Client;
  range: RangeRecord;
  scope: BatchScope;
  pace: BackfillPace;
  /** Of a worker beside the executor's session: what it knows the range by, so that it stops when it is taken from it. */
  takenUp?: number;
}

export type BatchOutcome = ReturnType<typeof batchNoted> & { elapsedMs: number };

/** How long a single row may take: it holds up nobody but who wants that very row. */
const singleRowMs = 60_000;

/**
 * Fills the next batch and notes it, in one transaction. One that waits for a row for too long, or takes too
 * long while others may wait for its own rows, is taken back and tried again at half the size.
 */
export async function runBatch(execution: Execution, batch: Batch): Promise<BatchOutcome> {
  const { settings, signal } = execution;
  const { task, scope, pace } = batch;
  const { step, change } = task;
  const backoff = new Backoff({ firstMs: 10, capMs: 1_000, forMs: settings.retryForMs });
  for (let attempts = 1; ; attempts += 1) {
    const startedAt = performance.now();
    pace.batchBegins();
    try {
      const noted = await tryBatch(execution, batch);
      return { ...noted, elapsedMs: performance.now() - startedAt };
    } catch (error) {
      if (sessionIsGone(error) || sqlstateOf(error) === undefined) throw error;
      const elapsedMs = performance.now() - startedAt;
      const slow = !scope.isLeast && wasTimedOut(error, { elapsedMs, limitMs: limitOf(settings, scope) });
      if (!slow && !anotherTryMayWork(error)) throw stepFailed({ error, step, state: change.state });
      if (backoff.over) throw lockNotHad({ step, state: change.state, blockers: [], attempts });
      const reason = slow ? "batch-too-slow" : "lock-timeout";
      execution.emit({ type: "backfill-throttled", step: step.id, reason });
    }
    scope.shrink();
    await pause(backoff.nextMs(), signal);
    if (signal?.aborted === true) throw interrupted(meaningOf(change.state));
  }
}

function limitOf({ lockBudgetMs }: Settings, { isLeast }: BatchScope): number {
  return isLeast ? singleRowMs : Math.max(1, Math.round(lockBudgetMs * 0.8));
}

async function tryBatch({ settings }: Execution, batch: Batch): Promise<ReturnType<typeof batchNoted>> {
  const { client, scope } = batch;
  // Waiting for a row holds up whoever waits for the rows that the batch has, so both share the lock budget.
  const lockTimeoutMs = Math.max(1, Math.round(settings.lockBudgetMs * 0.4));
  const statementTimeoutMs = limitOf(settings, scope);
  let results: QueryResult[];
  try {
    // One message: the rows' locks are not held for the time of a round trip. A crash may take back batches that
    // were committed without waiting for the disk, and their progress with them.
    results = (await client.query(`begin;
set local ${syncOffSetting} = 'off';
${silenceSql(batch.task.step)}set local synchronous_commit = off;
set local lock_timeout = ${String(lockTimeoutMs)};
set local statement_timeout = ${String(statementTimeoutMs)};
set local jit = off;
set local enable_tidscan = on;
set local enable_seqscan = off;
set local enable_bitmapscan = off;
${scope.sql()};
${journalSql(batch)};
commit`)) as unknown as QueryResult[];
  } catch (error) {
    if (!sessionIsGone(error)) await client.query("rollback");
    throw error;
  }
  const noted = results.findLast(({ command, rows }) => command === "UPDATE" && rows.length === 1)
    ?.rows[0] as unknown;
  if (noted === undefined) throw new Error("the journal's statement answers one row");
  return batchNoted(noted);
}

function journalSql({ task: { change, record }, range, scope, pace, takenUp }: Batch): string {
  const { relation } = range.part;
  const place = { number: change.number, ordinal: record.ordinal, pass: range.pass, range: range.range };
  const noted = batchNotedSql({
    ...place,
    movesOn: scope.movesOn,
    endsBelow: scope.endsBelow,
    rowsPerSecond: pace.rowsPerSecond,
    batchRows: scope.rows,
    table: quoteLiteral(quoteQualified(relation.schema, relation.name)),
  });
  return takenUp === undefined ? noted : `${noted};\n${stillOursSql({ ...place, takenUp })}`;
}

function silenceSql(step: BatchedStep): string {
  return step.kind === "backfill" && step.silent === true
    ? `set local ${triggersSetting} = 'replica';\n`
    : "";
}
