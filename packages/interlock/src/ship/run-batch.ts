import type { QueryResult } from "pg";
import { Backoff } from "../database/backoff.ts";
import { anotherTryMayWork, sessionIsGone, sqlstateOf, wasCancelled } from "../database/sqlstate.ts";
import { blockBatchSql, keyBatchSql, syncOffSetting, triggersSetting } from "../plan/backfill-sql.ts";
import { copyBlockBatchSql, copyKeyBatchSql } from "../plan/copy-sql.ts";
import type { BatchedStep } from "../plan/plan.ts";
import { batchNoted, batchNotedSql, type BackfillRecord } from "./backfill-journal.ts";
import type { BackfillPace } from "./backfill-pace.ts";
import type { BackfillPart } from "./backfill-parts.ts";
import type { BatchSize } from "./batch-size.ts";
import type { Execution, StepTask } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf } from "./journal-record.ts";
import { pause } from "./pause.ts";
import { lockNotHad, stepFailed } from "./step-failure.ts";

interface Batch {
  task: StepTask<BatchedStep>;
  part: BackfillPart;
  progress: BackfillRecord;
  size: BatchSize;
  pace: BackfillPace;
}

/** How long a single row may take: it holds up nobody but who wants that very row. */
const singleRowMs = 60_000;

/**
 * Fills the next batch and notes it, in one transaction. One that waits for a row for too long, or takes too
 * long while others may wait for its own rows, is taken back and tried again at half the size.
 */
export async function runBatch(
  execution: Execution,
  batch: Batch,
): Promise<{ after: BackfillRecord; elapsedMs: number }> {
  const { settings, signal } = execution;
  const { task, size, pace } = batch;
  const { step, change } = task;
  const backoff = new Backoff({ firstMs: 10, capMs: 1_000, forMs: settings.retryForMs });
  for (let attempts = 1; ; attempts += 1) {
    const startedAt = performance.now();
    pace.batchBegins();
    try {
      const after = await tryBatch(execution, batch);
      return { after, elapsedMs: performance.now() - startedAt };
    } catch (error) {
      if (sessionIsGone(error) || sqlstateOf(error) === undefined) throw error;
      const slow = wasCancelled(error) && !size.isOne;
      if (!slow && !anotherTryMayWork(error)) throw stepFailed({ error, step, state: change.state });
      if (backoff.over) throw lockNotHad({ step, state: change.state, blockers: [], attempts });
      execution.emit({
        type: "backfill-throttled",
        step: step.id,
        reason: slow ? "batch-too-slow" : "lock-timeout",
      });
    }
    size.halve();
    await pause(backoff.nextMs(), signal);
    if (signal?.aborted === true) throw interrupted(meaningOf(change.state));
  }
}

async function tryBatch({ session: { client }, settings }: Execution, batch: Batch): Promise<BackfillRecord> {
  const { size } = batch;
  // Waiting for a row holds up whoever waits for the rows that the batch has, so both share the lock budget.
  const lockTimeoutMs = Math.max(1, Math.round(settings.lockBudgetMs * 0.4));
  const statementTimeoutMs = size.isOne ? singleRowMs : Math.max(1, Math.round(settings.lockBudgetMs * 0.8));
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
set local enable_seqscan = off;
set local enable_bitmapscan = off;
${batchSql(batch)};
commit`)) as unknown as QueryResult[];
  } catch (error) {
    if (!sessionIsGone(error)) await client.query("rollback");
    throw error;
  }
  const noted = results.find(({ command }) => command === "UPDATE")?.rows[0] as unknown;
  if (noted === undefined) throw new Error("the journal's statement answers one row");
  return batchNoted(noted);
}

function silenceSql(step: BatchedStep): string {
  return step.kind === "backfill" && step.silent === true
    ? `set local ${triggersSetting} = 'replica';
`
    : "";
}

function batchSql({ task, part, progress, size, pace }: Batch): string {
  const { step, change, record } = task;
  const { relation } = part;
  const place = { number: change.number, ordinal: record.ordinal, rowsPerSecond: pace.rowsPerSecond };
  if (part.by === "key") {
    const rows = size.value;
    const range = { relation, after: progress.lastKey, upTo: part.upTo, rows };
    return `${step.kind === "copy" ? copyKeyBatchSql(step, range) : keyBatchSql(step, range)};
${batchNotedSql({ ...place, partEndsBelow: rows, batchRows: rows })}`;
  }
  const from = Number(progress.lastKey?.[0] ?? 0);
  const to = Math.min(from + size.value, part.blocks);
  const partEndsBelow = to >= part.blocks ? Number.MAX_SAFE_INTEGER : 0;
  const range = { relation, from, to };
  return `${step.kind === "copy" ? copyBlockBatchSql(step, range) : blockBatchSql(step, range)};
${batchNotedSql({ ...place, partEndsBelow, batchRows: size.value })}`;
}
