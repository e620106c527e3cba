import type { BatchedStep } from "../plan/plan.ts";
import { BackfillPace } from "./backfill-pace.ts";
import { wasRewritten } from "./backfill-parts.ts";
import { walkRanges } from "./backfill-workers.ts";
import { isOnce, partsOf, takeUp } from "./begin-ranges.ts";
import { cutRanges } from "./cut-ranges.ts";
import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { beginRanges, type RangeRecord } from "./ranges-journal.ts";
import { rowsAreLeft } from "./rows-left.ts";
import { markEnded } from "./step-journal.ts";
import { progressOf } from "./walk-progress.ts";

/** How often a backfill goes through its table at most. One pass is the rule; rows that moved behind its back want another. */
const mostPasses = 5;
const progressEveryMs = 100;

/**
 * Fills a table in batches, each a transaction with its progress in the journal, so that whoever takes it up
 * goes on behind the last batch that was committed.
 *
 * Why every row is filled when it ends: the sync's triggers stand since before it began, so a row that was written
 * since then was filled by them, wherever it is. A row that was not written since then is where it was, in the
 * blocks that the table had at the start, and those are all gone through; unless the table was rewritten, which
 * the file's number tells. Against anything else rows are looked for that are left.
 */
export async function runBackfillStep(
  execution: Execution,
  task: StepTask<BatchedStep>,
): Promise<StepOutcome> {
  const { client } = execution.session;
  const place = { number: task.change.number, ordinal: task.record.ordinal };
  const pace = new BackfillPace(execution, { step: task.step.id });
  try {
    await pace.begin(client);
    let { all, takenUp } = await takeUp(execution, task);
    for (;;) {
      all = await runPass(execution, { task, pace, all, takenUp });
      const pass = lastPass(all);
      if (pass >= mostPasses || !(await wantsAnotherPass(execution, { task, all, pass }))) break;
      await beginRanges(client, { ...place, pass: pass + 1, parts: cutRanges(await partsOf(client, task)) });
      ({ all, takenUp } = await takeUp(execution, task));
    }
    const rows = all.reduce((sum, { rowsFilled }) => sum + rowsFilled, 0);
    await markEnded(client, { ...place, state: "done", rows });
    return { lockWaitMs: 0, lockHeldMs: 0, rows, attempts: 1 };
  } finally {
    await pace.close();
  }
}

async function runPass(
  execution: Execution,
  {
    task,
    pace,
    all,
    takenUp,
  }: { task: StepTask<BatchedStep>; pace: BackfillPace; all: RangeRecord[]; takenUp: number },
): Promise<RangeRecord[]> {
  const pass = lastPass(all);
  const before = all.filter((range) => range.pass < pass);
  const ranges = all.filter((range) => range.pass === pass);
  let toldAt = Number.NEGATIVE_INFINITY;
  const onProgress = (records: readonly RangeRecord[]): void => {
    const isOver = records.every(({ ended }) => ended);
    if (performance.now() - toldAt < progressEveryMs && !isOver) return;
    toldAt = performance.now();
    const batchRows = records.find(({ ended }) => !ended)?.batchRows ?? 0;
    const progress = progressOf([...before, ...records], { rowsPerSecond: pace.rowsPerSecond, batchRows });
    execution.emit({ type: "backfill-progress", step: task.step.id, ...progress });
  };
  return [...before, ...(await walkRanges(execution, { task, pace, ranges, takenUp, onProgress }))];
}

/** Whether rows were passed over. What must be done to a row once is not begun again, and nothing that changes nothing. */
async function wantsAnotherPass(
  execution: Execution,
  { task, all, pass }: { task: StepTask<BatchedStep>; all: readonly RangeRecord[]; pass: number },
): Promise<boolean> {
  if (isOnce(task)) return false;
  const ranges = all.filter((range) => range.pass === pass);
  if (
    await wasRewritten(
      execution.session.client,
      ranges.map(({ part }) => part),
    )
  )
    return true;
  if (ranges.every(({ rowsFilled }) => rowsFilled === 0)) return false;
  return rowsAreLeft(execution, { task, parts: await partsOf(execution.session.client, task) });
}

function lastPass(ranges: readonly RangeRecord[]): number {
  return Math.max(1, ...ranges.map(({ pass }) => pass));
}
