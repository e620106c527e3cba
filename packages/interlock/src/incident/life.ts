import type { IncidentStatus } from "../api/incidents.ts";

/** Where an incident stands in its life. */
export interface LifeState {
  status: IncidentStatus;
  /** Another incident goes on in its place. */
  isMerged: boolean;
}

/** What may be done to it as far as its life is concerned; an update to `resolved` resolves. */
export type LifeStep =
  | { verb: "update"; status: IncidentStatus }
  | { verb: "reopen"; status: "investigating" | "identified" }
  | { verb: "merge" };

/** Why a step is not possible. */
export type LifeRefusal = "is-merged" | "is-closed" | "is-open";

/** Whether work on it goes on. */
export function isOpen({ status }: Pick<LifeState, "status">): boolean {
  return status === "investigating" || status === "identified" || status === "monitoring";
}

/**
 * The life of an incident, in one place: investigating → identified → monitoring → resolved → postmortem. States may
 * be skipped, and while it is open it may go back; once resolved it only goes back by being reopened. A merged
 * incident goes nowhere any more.
 */
export function takeStep(state: LifeState, step: LifeStep): LifeState | LifeRefusal {
  if (state.isMerged) return "is-merged";
  switch (step.verb) {
    case "update":
      return update(state, step.status);
    case "reopen":
      return isOpen(state) ? "is-open" : { ...state, status: step.status };
    case "merge":
      return isOpen(state) ? { status: "resolved", isMerged: true } : "is-closed";
    default:
      return step satisfies never;
  }
}

function update(state: LifeState, status: IncidentStatus): LifeState | LifeRefusal {
  if (isOpen(state)) return status === "postmortem" ? "is-open" : { ...state, status };
  const goesOn = status === state.status || (state.status === "resolved" && status === "postmortem");
  return goesOn ? { ...state, status } : "is-closed";
}
