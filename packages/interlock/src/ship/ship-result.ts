import type { StepOutcome } from "./execution.ts";
import { meaningOf, type ChangeRecord, type ChangeState } from "./journal-record.ts";

/** How a command on a change ended. */
export interface ShipResult {
  format: "interlock-ship/1";
  change: string;
  state: ChangeState;
  /** What the state means for the application. */
  meaning: string;
  /** How many steps this command carried out; 0 when nothing was left to do. */
  steps: number;
  elapsedMs: number;
  /** The longest that a step of this command stood in the queue for its locks, and held them. */
  longestLockWaitMs: number;
  longestLockHeldMs: number;
  /** Rows that backfills filled. */
  rowsFilled: number;
}

export function resultOf({
  change,
  outcomes,
  startedAt,
}: {
  change: ChangeRecord;
  outcomes: readonly StepOutcome[];
  startedAt: number;
}): ShipResult {
  return {
    format: "interlock-ship/1",
    change: change.plan.id,
    state: change.state,
    meaning: meaningOf(change.state),
    steps: outcomes.length,
    elapsedMs: Math.round(performance.now() - startedAt),
    longestLockWaitMs: Math.max(0, ...outcomes.map(({ lockWaitMs }) => lockWaitMs)),
    longestLockHeldMs: Math.max(0, ...outcomes.map(({ lockHeldMs }) => lockHeldMs)),
    rowsFilled: outcomes.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
  };
}
