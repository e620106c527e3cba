import { sqlstateOf } from "../database/sqlstate.ts";
import type { LockMode } from "../database/lock-mode.ts";
import type { Relation } from "../plan/plan.ts";
import type { Execution, StepTask } from "./execution.ts";
import type { StepState } from "./journal-record.ts";
import { versionIsLiveSqlstate } from "./live-versions.ts";
import { runLocked, type LockTimes } from "./locked-transaction.ts";
import { endedSql } from "./step-journal.ts";
import { versionArrived } from "./versions-gone.ts";

interface LockedUndo {
  relations: readonly Relation[];
  lock: LockMode;
  statements: readonly string[];
  /** What the journal says of the step from then on. */
  state: StepState;
}

/** Runs statements of a step's undo in one transaction with its journal row, while none of the versions that must have gone is there. */
export async function runLockedUndo(
  { session, settings }: Execution,
  { task, state, ...undo }: LockedUndo & { task: StepTask },
): Promise<LockTimes> {
  const { change, record, refusedVersions } = task;
  try {
    return await runLocked(session.client, {
      ...undo,
      contentWithGone: true,
      lockBudgetMs: settings.lockBudgetMs,
      refusedVersions,
      journalSql: endedSql({ number: change.number, ordinal: record.ordinal, state }),
    });
  } catch (error) {
    if (sqlstateOf(error) === versionIsLiveSqlstate) throw versionArrived();
    throw error;
  }
}
