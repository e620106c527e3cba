import { sqlstateOf } from "../database/sqlstate.ts";
import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { dropIndexConcurrently, dropsIndex, readIndexState } from "./index-state.ts";
import { versionIsLiveSqlstate } from "./live-versions.ts";
import { runLocked } from "./locked-transaction.ts";
import { retrying } from "./retrying.ts";
import { endedSql, markEnded } from "./step-journal.ts";
import { tryOnIndex } from "./try-on-index.ts";
import { versionArrived } from "./versions-gone.ts";

const nothing: StepOutcome = { lockWaitMs: 0, lockHeldMs: 0, rows: null, attempts: 0 };

/** Takes one step back and notes it as undone. */
export async function undoStep(execution: Execution, task: StepTask): Promise<StepOutcome> {
  const { change, record, step } = task;
  const place = { number: change.number, ordinal: record.ordinal };
  const { client } = execution.session;
  if (step.kind === "index") return undoIndexStep(execution, task);
  // A step that is committed together with its journal row and is not done has left nothing.
  const leftNothing = record.state !== "done" && (step.kind === "ddl" || step.kind === "validate");
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
  const { change, record, step, refusedVersions } = task;
  const { value, attempts } = await retrying(execution, {
    step,
    state: change.state,
    relations: step.relations,
    lock: lockOfUndo,
    limitMs: execution.settings.lockBudgetMs,
    attempt: async () => {
      try {
        return await runLocked(execution.session.client, {
          relations: step.relations,
          lock: lockOfUndo,
          statements,
          contentWithGone: true,
          lockBudgetMs: execution.settings.lockBudgetMs,
          refusedVersions,
          journalSql: endedSql({ number: change.number, ordinal: record.ordinal, state: "undone" }),
        });
      } catch (error) {
        if (sqlstateOf(error) === versionIsLiveSqlstate) throw versionArrived();
        throw error;
      }
    },
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
