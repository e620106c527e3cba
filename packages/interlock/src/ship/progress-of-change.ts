import { phaseNames, type PhaseName } from "../plan/plan.ts";
import type { ChangeRecord, ChangeState, StepRecord } from "./journal-record.ts";

/** The next step that is not done yet, in a phase that was asked for; undefined when there is none. */
export function nextStep({ steps, target }: Pick<ChangeRecord, "steps" | "target">): StepRecord | undefined {
  return steps.find(({ phase, state }) => state !== "done" && isAskedFor(phase, target));
}

function isAskedFor(phase: PhaseName, target: PhaseName): boolean {
  return phaseNames.indexOf(phase) <= phaseNames.indexOf(target);
}

/** The step of the contract phase that is done, or may be, and that nothing takes back; undefined while there is a way back. */
export function finalStep(steps: readonly StepRecord[]): StepRecord | undefined {
  return steps.find(({ phase, state, step }) => {
    // In the phases before, what a step without an undo made goes with what it was made in.
    if (phase !== "contract" || step.undo !== null) return false;
    if (step.kind === "verify" || step.kind === "validate") return false;
    // An index step or a backfill that was begun may have done its work; the rows of others are in step with theirs.
    return state === "done" || (state === "running" && step.kind !== "ddl");
  });
}

/** Whether the contract phase has begun to take away what the old version needs. */
export function contractBegun(steps: readonly StepRecord[]): boolean {
  return steps.some(
    ({ phase, state, step }) =>
      phase === "contract" && (state === "done" || (state === "running" && step.kind === "index")),
  );
}

/** The state of a change whose next step is this one. Until its first contract step is done, both versions work. */
export function stateDuring({ phase }: StepRecord, steps: readonly StepRecord[]): ChangeState {
  switch (phase) {
    case "expand":
      return "expanding";
    case "migrate":
      return "migrating";
    case "contract":
      return contractBegun(steps) ? "contracting" : "ready";
  }
}

/** The state of a change that stands between two steps: what is done decides, not what was asked for. */
export function stateBetween(steps: readonly StepRecord[]): ChangeState {
  const open = new Set(steps.filter(({ state }) => state !== "done").map(({ phase }) => phase));
  if (open.size === 0) return "done";
  if (contractBegun(steps)) return "contracting";
  if (open.has("expand")) return "expanding";
  if (!open.has("migrate")) return "ready";
  return "expanded";
}
