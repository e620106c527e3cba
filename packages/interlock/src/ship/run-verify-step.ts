import type { Client } from "pg";
import { sessionIsGone, sqlstateOf } from "../database/sqlstate.ts";
import { Failure } from "../std/failure.ts";
import { displayName } from "../sql/quote.ts";
import type { VerifyStep } from "../plan/plan.ts";
import { findParts, wasRewritten } from "./backfill-parts.ts";
import { cancellable } from "./cancellable.ts";
import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";
import { beginRanges, forgetRanges, readRanges, type RangeRecord } from "./ranges-journal.ts";
import { stepFailed } from "./step-failure.ts";
import { markEnded } from "./step-journal.ts";
import { verifyAtOnce, verifyRange, type Offence } from "./verify-range.ts";
import { progressOf } from "./walk-progress.ts";

/** How many offending rows are named. */
const rowsNamed = 5;
/** How often a table may be rewritten underneath a verification. */
const mostPasses = 5;

/**
 * Counts the rows that offend, over the whole table, a stretch of blocks at a time with its progress in the journal:
 * no snapshot is held for long, and whoever takes it up goes on behind the last stretch. Throws `Failure`
 * "verification-failed" where there are any.
 *
 * What it proves when it ends: a row that was not written since it began was where it is, and was seen not to
 * offend. A row that was written since then went through the triggers that keep what is verified, which stand since
 * expand. A write past the triggers is seen in what is still to be gone through, and not behind it; the contract
 * phase takes no lock for so long that it could be.
 */
export async function runVerifyStep(execution: Execution, task: StepTask<VerifyStep>): Promise<StepOutcome> {
  const { change, record, step } = task;
  const { client } = execution.session;
  const place = { number: change.number, ordinal: record.ordinal };
  for (let pass = 1; ; pass += 1) {
    const ranges = await rangesOf(client, task);
    const offence = await inState(execution, { step, state: change.state }, () =>
      ranges.length === 0 ? verifyAtOnce(client, step, rowsNamed) : verifyRanges(execution, { task, ranges }),
    );
    const parts = ranges.map(({ part }) => part);
    const begins = pass < mostPasses && (await wasRewritten(client, parts));
    // What was found is to be found again by whoever has put the rows right.
    if (begins || offence.count > 0) await forgetRanges(client, place);
    if (begins) continue;
    if (offence.count > 0) throw verificationFailed({ step, state: change.state, ...offence });
    await markEnded(client, { ...place, state: "done", rows: 0 });
    return { lockWaitMs: 0, lockHeldMs: 0, rows: 0, attempts: 1 };
  }
}

/** The ranges that were begun, or those to begin with; none for what is not made of blocks. */
async function rangesOf(
  client: Client,
  { change, record, step }: StepTask<VerifyStep>,
): Promise<RangeRecord[]> {
  const place = { number: change.number, ordinal: record.ordinal };
  const known = await readRanges(client, place);
  // Rows that offend are counted again from the start, so that they can be named.
  if (known.length > 0 && known.every(({ rowsFilled }) => rowsFilled === 0)) return known;
  await forgetRanges(client, place);
  const parts = await findParts(client, { relation: step.relation, key: [], once: false });
  await beginRanges(client, { ...place, pass: 1, parts });
  return readRanges(client, place);
}

async function verifyRanges(
  execution: Execution,
  { task, ranges }: { task: StepTask<VerifyStep>; ranges: readonly RangeRecord[] },
): Promise<Offence> {
  const { step } = task;
  const found: Offence = { count: 0, named: [] };
  const records = [...ranges];
  for (const [at, range] of ranges.entries()) {
    if (range.ended) continue;
    const offence = await verifyRange(execution, {
      task,
      range,
      rowsNamed: rowsNamed - found.named.length,
      onStretch: (noted) => {
        records[at] = noted;
        const { rowsPerSecond, batchRows } = noted;
        const progress = progressOf(records, { rowsPerSecond, batchRows });
        execution.emit({ type: "verify-progress", step: step.id, ...progress });
      },
    });
    found.count += offence.count;
    found.named.push(...offence.named);
  }
  return found;
}

async function inState<T>(
  execution: Execution,
  { step, state }: { step: VerifyStep; state: ChangeState },
  run: () => Promise<T>,
): Promise<T> {
  return cancellable(execution, {
    state,
    run: async () => {
      try {
        return await run();
      } catch (error) {
        // `cancellable` tells our own cancelling from somebody else's.
        if (sessionIsGone(error) || sqlstateOf(error) === undefined || execution.signal?.aborted === true)
          throw error;
        throw stepFailed({ error, step, state });
      }
    },
  });
}

function verificationFailed({
  step,
  state,
  count,
  named,
}: {
  step: VerifyStep;
  state: ChangeState;
  count: number;
  named: readonly string[];
}): Failure {
  const rows = count === 1 ? "1 row" : `${count.toLocaleString("en")} rows`;
  const table = displayName(step.relation.schema, step.relation.name);
  const examples = named.length === 0 ? "" : `\n${named.join("\n")}${count > named.length ? "\n…" : ""}`;
  return new Failure({
    code: "verification-failed",
    message: `${rows} of ${table} offend against step ${step.id} (${step.title}).`,
    why: `${step.message}${examples}`,
    state: `${meaningOf(state)} Nothing was removed.`,
    next: "Put these rows right and run `interlock resume`, or run `interlock rollback` to take the change back.",
  });
}
