import type { FailureFacts } from "../std/failure.ts";
import type { PhaseName, Plan, Step } from "../plan/plan.ts";

/** What the journal knows a change to be. `ready`: migrate is done and both versions work; `expanded`: expand is. */
export type ChangeState =
  | "expanding"
  | "expanded"
  | "migrating"
  | "ready"
  | "contracting"
  | "done"
  | "rolling-back"
  | "rolled-back";
export type StepState = "pending" | "running" | "done" | "undone";

export interface StepRecord {
  ordinal: number;
  phase: PhaseName;
  step: Step;
  state: StepState;
  startedAt: Date | null;
  endedAt: Date | null;
  attempts: number;
  longestLockWaitMs: number;
  longestLockHeldMs: number;
  rows: number | null;
}

export interface ChangeRecord {
  number: string;
  plan: Plan;
  state: ChangeState;
  /** The last phase that it was asked to carry out. */
  target: PhaseName;
  startedAt: Date;
  endedAt: Date | null;
  /** Who carried it out last: user, machine and process. */
  executor: string;
  failure: FailureFacts | null;
  steps: StepRecord[];
}

export const finalStates: readonly ChangeState[] = ["done", "rolled-back"];

/** What a state means for the application, in one sentence. */
export function meaningOf(state: ChangeState): string {
  return meanings[state];
}

const meanings: Readonly<Record<ChangeState, string>> = {
  expanding: "The expand phase is under way: the old version works, the new one does not yet.",
  expanded: "Expanded: the old version works, the new one does not yet.",
  migrating: "The migrate phase is under way: the old version works, the new one may not yet.",
  ready: "Expanded and migrated: the old and the new version both work.",
  contracting: "The contract phase is under way: the new version works, the old one may not any more.",
  done: "Done: the database has the new shape.",
  "rolling-back": "Being rolled back: the old version works, the new one may not any more.",
  "rolled-back": "Rolled back: the database has the old shape.",
};
