import { sqlstateOf } from "../database/sqlstate.ts";
import type { DdlStep } from "../plan/plan.ts";
import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { versionIsLiveSqlstate } from "./live-versions.ts";
import { runLocked } from "./locked-transaction.ts";
import { retrying } from "./retrying.ts";
import { endedSql } from "./step-journal.ts";
import { versionArrived } from "./versions-gone.ts";

/** Carries out a step of statements that run in one transaction, under the lock budget. */
export async function runDdlStep(execution: Execution, task: StepTask<DdlStep>): Promise<StepOutcome> {
  const { change, record, step, refusedVersions } = task;
  const { value, attempts } = await retrying(execution, {
    step,
    state: change.state,
    relations: step.relations,
    lock: step.lock,
    limitMs: execution.settings.lockBudgetMs,
    attempt: async () => {
      try {
        return await runLocked(execution.session.client, {
          relations: step.relations,
          lock: step.lock,
          statements: step.statements,
          lockBudgetMs: execution.settings.lockBudgetMs,
          refusedVersions,
          journalSql: endedSql({ number: change.number, ordinal: record.ordinal, state: "done" }),
        });
      } catch (error) {
        if (sqlstateOf(error) === versionIsLiveSqlstate) throw versionArrived();
        throw error;
      }
    },
  });
  return { ...value, attempts, rows: null };
}
