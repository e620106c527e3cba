import { quoteQualified } from "../sql/quote.ts";
import type { BatchedStep } from "../plan/plan.ts";
import { copyLeftSql } from "../plan/copy-sql.ts";
import { beginBackfill, beginPass, readBackfill, type BackfillRecord } from "./backfill-journal.ts";
import { BackfillPace } from "./backfill-pace.ts";
import { findParts } from "./backfill-parts.ts";
import { BatchSize } from "./batch-size.ts";
import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf } from "./journal-record.ts";
import { runBatch } from "./run-batch.ts";
import { stepFailed } from "./step-failure.ts";
import { sessionIsGone } from "../database/sqlstate.ts";
import { markEnded } from "./step-journal.ts";

const firstRows = 500;
/** How often a backfill goes through its table at most. One pass is the rule; rows that moved behind its back want another. */
const mostPasses = 5;
const progressEveryMs = 100;

/**
 * Fills a table in batches, each a transaction with its progress in the journal, so that whoever takes it up
 * goes on behind the last batch that was committed.
 */
export async function runBackfillStep(
  execution: Execution,
  task: StepTask<BatchedStep>,
): Promise<StepOutcome> {
  const { client } = execution.session;
  const { change, record, step } = task;
  const place = { number: change.number, ordinal: record.ordinal };
  const { rows } = await client.query<{ pid: number }>("select pg_catalog.pg_backend_pid() as pid");
  const pace = new BackfillPace(execution, { step: step.id, workerPid: rows[0]?.pid ?? 0 });
  try {
    let progress = await begin(execution, task);
    let filledBefore = progress.rowsFilled;
    for (;;) {
      progress = await runPass(execution, { task, pace, progress });
      const filled = progress.rowsFilled - filledBefore;
      filledBefore = progress.rowsFilled;
      if (filled === 0 || progress.pass >= mostPasses || !(await rowsAreLeft(execution, task))) break;
      const { parts } = await findParts(client, step);
      await beginPass(client, { ...place, parts });
      progress = { ...progress, parts, pass: progress.pass + 1, part: 0, lastKey: null };
    }
    await markEnded(client, { ...place, state: "done", rows: progress.rowsFilled });
    return { lockWaitMs: 0, lockHeldMs: 0, rows: progress.rowsFilled, attempts: 1 };
  } finally {
    await pace.close();
  }
}

async function begin(
  { session: { client } }: Execution,
  { change, record, step }: StepTask<BatchedStep>,
): Promise<BackfillRecord> {
  const place = { number: change.number, ordinal: record.ordinal };
  const known = await readBackfill(client, place);
  if (known !== undefined) return known;
  try {
    const { parts, rowsTotal } = await findParts(client, step);
    await beginBackfill(client, { ...place, parts, rowsTotal, batchRows: firstRows });
  } catch (error) {
    throw sessionIsGone(error) ? error : stepFailed({ error, step, state: change.state });
  }
  const begun = await readBackfill(client, place);
  if (begun === undefined) throw new Error("a backfill that was begun is in the journal");
  return begun;
}

async function runPass(
  execution: Execution,
  {
    task,
    pace,
    progress: before,
  }: { task: StepTask<BatchedStep>; pace: BackfillPace; progress: BackfillRecord },
): Promise<BackfillRecord> {
  const { state } = task.change;
  const rows = new BatchSize({ first: firstRows, least: 50, most: 20_000 });
  const blocks = new BatchSize({ first: 8, least: 1, most: 2_000 });
  let progress = before;
  let toldAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const part = progress.parts[progress.part];
    if (part === undefined) break;
    if (execution.signal?.aborted === true) throw interrupted(meaningOf(state));
    const size = part.by === "key" ? rows : blocks;
    const { after, elapsedMs } = await runBatch(execution, { task, part, progress, size, pace });
    const seen = after.rowsSeen - progress.rowsSeen;
    progress = after;
    size.steer({ elapsedMs, targetMs: pace.batchMs });
    await pace.batchEnded({ elapsedMs, rows: seen, state });
    if (performance.now() - toldAt < progressEveryMs && progress.part < progress.parts.length) continue;
    toldAt = performance.now();
    execution.emit({
      type: "backfill-progress",
      step: task.step.id,
      ...progressOf(progress, { rowsPerSecond: pace.rowsPerSecond, batchRows: rows.value }),
    });
  }
  return progress;
}

/** What to tell of a backfill under way. */
export function progressOf(
  { rowsSeen, rowsFilled, rowsTotal, pass }: BackfillRecord,
  { rowsPerSecond, batchRows }: { rowsPerSecond: number; batchRows: number },
): {
  rowsSeen: number;
  rowsFilled: number;
  rowsTotal: number | null;
  rowsPerSecond: number;
  remainingMs: number | null;
  batchRows: number;
} {
  // The total is an estimate from the start; what was seen is known to be there.
  const total = rowsTotal === null ? null : Math.max(rowsTotal, rowsSeen);
  const remainingMs =
    total === null || rowsPerSecond === 0 || pass > 1
      ? null
      : Math.round(((total - rowsSeen) / rowsPerSecond) * 1_000);
  return { rowsSeen, rowsFilled, rowsTotal: total, rowsPerSecond, remainingMs, batchRows };
}

/** Whether rows are left that the backfill is for: they moved where it had been already. */
async function rowsAreLeft(
  { session: { client } }: Execution,
  { step }: StepTask<BatchedStep>,
): Promise<boolean> {
  if (step.kind === "copy") {
    if (step.how === "update") return false;
    return (await client.query<{ left: boolean }>(copyLeftSql(step))).rows[0]?.left === true;
  }
  if (step.where === null) return false;
  const { schema, name } = step.relation;
  const { rows } = await client.query<{ left: boolean }>(
    `select exists (select from ${quoteQualified(schema, name)} where (${step.where})) as left`,
  );
  return rows[0]?.left === true;
}
