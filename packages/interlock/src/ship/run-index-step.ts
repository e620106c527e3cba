import { anotherTryMayWork, sessionIsGone, wasCancelled } from "../database/sqlstate.ts";
import { Failure } from "../std/failure.ts";
import { displayName } from "../sql/quote.ts";
import type { IndexStep } from "../plan/plan.ts";
import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { dropIndexConcurrently, dropsIndex, readIndexState } from "./index-state.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";
import { markEnded, markRunning } from "./step-journal.ts";
import { tryOnIndex } from "./try-on-index.ts";

/**
 * Makes or drops an index CONCURRENTLY, outside a transaction, so that its journal row can't be committed with
 * it: the row says `running` beforehand, and whoever finds it so looks at the index itself. A valid one that
 * the step had made before it was interrupted is accepted, an invalid one is dropped and made anew.
 */
export async function runIndexStep(
  execution: Execution,
  { change, record, step }: StepTask<IndexStep>,
): Promise<StepOutcome> {
  const { session } = execution;
  const drops = dropsIndex(step);
  const found = await readIndexState(session.client, step.index);
  const begunBefore = record.state === "running";
  if (!begunBefore && !drops && found !== "missing") throw nameTaken(step, change.state);
  await markRunning(session.client, { number: change.number, ordinal: record.ordinal });
  const through = drops ? found === "missing" : found === "valid";
  let attempts = 0;
  if (!(begunBefore && through)) {
    attempts = await tryOnIndex(execution, {
      step,
      state: change.state,
      run: () => runOnce(execution, step),
    });
  }
  await markEnded(session.client, { number: change.number, ordinal: record.ordinal, state: "done" });
  return { lockWaitMs: 0, lockHeldMs: 0, rows: null, attempts };
}

async function runOnce({ session: { client } }: Execution, step: IndexStep): Promise<void> {
  const drops = dropsIndex(step);
  if (!drops && (await readIndexState(client, step.index)) === "invalid") {
    await dropIndexConcurrently(client, step.index);
  }
  try {
    await client.query(step.statement);
  } catch (error) {
    // What is left is a burden for writers and of no use. Another try drops it first; and who was stopped shall
    // not wait for the transactions that dropping it waits for.
    const final = !sessionIsGone(error) && !wasCancelled(error) && !anotherTryMayWork(error);
    if (!drops && final && (await readIndexState(client, step.index)) === "invalid") {
      await dropIndexConcurrently(client, step.index);
    }
    throw error;
  }
  if (!drops && (await readIndexState(client, step.index)) === "invalid") {
    throw new Error(`index ${step.index.name} is invalid although PostgreSQL reported no error`);
  }
}

/** An index of that name that the step did not make: it is not ours to use or to drop. */
function nameTaken({ id, title, index }: IndexStep, state: ChangeState): Failure {
  return new Failure({
    code: "step-failed",
    message: `Step ${id} (${title}) could not be done.`,
    why: `There is an index ${displayName(index.schema, index.name)} already, which this change has not made.`,
    state: `${meaningOf(state)} Of this step nothing was kept.`,
    next: "Rename or drop that index and run `interlock resume`, or run `interlock rollback` to take the change back.",
  });
}
