import type { ValidateStep } from "../plan/plan.ts";
import { cancellable } from "./cancellable.ts";
import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { runLocked } from "./locked-transaction.ts";
import { retrying } from "./retrying.ts";
import { endedSql } from "./step-journal.ts";

/**
 * Carries out a statement that reads the whole table under a lock that keeps no live statement out. Getting
 * that lock is bounded, reading is not.
 */
export async function runValidateStep(
  execution: Execution,
  { change, record, step, refusedVersions }: StepTask<ValidateStep>,
): Promise<StepOutcome> {
  const { value, attempts } = await retrying(execution, {
    step,
    state: change.state,
    relations: step.relations,
    lock: step.lock,
    attempt: () =>
      cancellable(execution, {
        state: change.state,
        run: () =>
          runLocked(execution.session.client, {
            // The statement takes its locks itself: on each of its tables the one that it needs and no more.
            relations: [],
            lock: step.lock,
            statements: [step.statement],
            lockBudgetMs: execution.settings.lockBudgetMs,
            refusedVersions,
            journalSql: endedSql({ number: change.number, ordinal: record.ordinal, state: "done" }),
          }),
      }),
  });
  return { ...value, attempts, rows: null };
}
