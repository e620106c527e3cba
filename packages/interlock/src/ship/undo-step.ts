import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { dropIndexConcurrently, dropsIndex, readIndexState } from "./index-state.ts";
import { runLockedUndo } from "./locked-undo.ts";
import { proveUndo } from "./prove-undo.ts";
import { retrying } from "./retrying.ts";
import { markEnded } from "./step-journal.ts";
import { tryOnIndex } from "./try-on-index.ts";

const nothing: StepOutcome = { lockWaitMs: 0, lockHeldMs: 0, rows: null, attempts: 0 };

/** Takes one step back and notes it as undone. */
export async function undoStep(execution: Execution, task: StepTask): Promise<StepOutcome> {
  const { change, record, step } = task;
  const place = { number: change.number, ordinal: record.ordinal };
  const { client } = execution.session;
  if (step.kind === "index") return undoIndexStep(execution, task);
  // A step that is committed together with its journal row and is not done has left nothing.
  const leftNothing = record.state !== "done" && (step.kind === "ddl" || step.kind === "validate");
  if (!leftNothing && step.kind === "ddl")
    for (const proof of step.undoProofs ?? []) await proveUndo(execution, { task, proof });
  if (leftNothing || step.undo === null || step.undo.length === 0) {
    await markEnded(client, { ...place, state: "undone" });
    return nothing;
  }
  return undoInTransaction(execution, { task, statements: step.undo });
}

async function undoInTransaction(
  execution: Execution,
  { task, statements }: { task: StepTask; statements: readonly string[] },
): Promise<StepOutcome> {
  const { change, step } = task;
  const { relations } = step;
  const { value, attempts } = await retrying(execution, {
    step,
    state: change.state,
    relations,
    lock: lockOfUndo,
    limitMs: execution.settings.lockBudgetMs,
    attempt: () =>
      runLockedUndo(execution, { task, relations, lock: lockOfUndo, statements, state: "undone" }),
  });
  return { ...value, attempts, rows: null };
}

/** Dropping a column, a trigger or a constraint needs the whole table for a moment, whatever lock made it. */
const lockOfUndo = "AccessExclusiveLock";

/** An index that the step made is dropped; one that it dropped is made again by its undo statements. */
async function undoIndexStep(execution: Execution, { change, record, step }: StepTask): Promise<StepOutcome> {
  if (step.kind !== "index") throw new Error("an index step is undone here");
  const { session } = execution;
  const undo = async (): Promise<void> => {
    const { client } = session;
    const found = await readIndexState(client, step.index);
    if (!dropsIndex(step)) {
      if (found !== "missing") await dropIndexConcurrently(client, step.index);
      return;
    }
    if (found === "invalid") await dropIndexConcurrently(client, step.index);
    if (found !== "valid") for (const statement of step.undo ?? []) await client.query(statement);
  };
  const attempts = await tryOnIndex(execution, { step, state: change.state, run: undo });
  await markEnded(session.client, { number: change.number, ordinal: record.ordinal, state: "undone" });
  return { ...nothing, attempts };
}
