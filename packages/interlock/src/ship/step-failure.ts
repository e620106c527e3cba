import { sqlstateOf } from "../database/sqlstate.ts";
import { Failure } from "../std/failure.ts";
import type { Step } from "../plan/plan.ts";
import { describeBlocker } from "./blockers.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";
import { refusal } from "./refusal.ts";
import type { Blocker } from "./ship-event.ts";

const goOn = "Run `interlock resume` to try it again, or `interlock rollback` to take the change back.";

/** PostgreSQL refused a step; its transaction was taken back. */
export function stepFailed({
  error,
  step,
  state,
}: {
  error: unknown;
  step: Step;
  state: ChangeState;
}): Failure {
  const cancelled = sqlstateOf(error) === "57014";
  return refusal(error, {
    failed: "step-failed",
    message: cancelled
      ? `Somebody had step ${step.id} (${step.title}) cancelled.`
      : `Step ${step.id} (${step.title}) could not be done.`,
    state: `${meaningOf(state)} Of this step nothing was kept.`,
    next: `Remove the cause. ${goOn}`,
  });
}

/** PostgreSQL refused what notes in the journal how far a change is. */
export function journalRefused(error: unknown, state: ChangeState | undefined): Failure {
  return refusal(error, {
    failed: "journal-not-usable",
    message: "The journal, schema interlock, could not be read or written.",
    state: `${state === undefined ? "How far the change is could not be read." : meaningOf(state)} The journal says what was done before this.`,
    next: "See that nobody has changed schema interlock. Then run `interlock status`, and `interlock resume` or `interlock rollback`.",
  });
}

/** The locks of a step could not be had within the time for trying. */
export function lockNotHad({
  step,
  state,
  blockers,
  attempts,
}: {
  step: Step;
  state: ChangeState;
  blockers: readonly Blocker[];
  attempts: number;
}): Failure {
  return new Failure({
    code: "lock-not-available",
    message: `Step ${step.id} (${step.title}) did not get its lock, a ${step.lock}, in ${String(attempts)} tries.`,
    why:
      blockers.length === 0
        ? "Others held conflicting locks whenever it was tried, each for a short time."
        : `It is held up by ${blockers.map(describeBlocker).join("; ")}.`,
    state: `${meaningOf(state)} Of this step nothing was kept.`,
    next: `End the transactions that hold it, or choose a quieter time. ${goOn}`,
  });
}

/** A step had its locks and could not do its work within the lock budget. */
export function stepTooSlow({
  step,
  state,
  lockBudgetMs,
  attempts,
}: {
  step: Step;
  state: ChangeState;
  lockBudgetMs: number;
  attempts: number;
}): Failure {
  return new Failure({
    code: "step-too-slow",
    message: `Step ${step.id} (${step.title}) takes longer than the lock budget of ${String(lockBudgetMs)} ms.`,
    why: `It holds a ${step.lock} meanwhile, for which live statements wait; it was taken back ${String(attempts)} times.`,
    state: `${meaningOf(state)} Of this step nothing was kept.`,
    next: "Give it a longer --lock-budget at a time when that wait harms nobody and run `interlock resume`, or run `interlock rollback`.",
  });
}
