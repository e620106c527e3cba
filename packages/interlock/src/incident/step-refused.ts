import type { Failure } from "../std/failure.ts";
import { referenceOf, type IncidentRow } from "./incident.ts";
import { isOpen, takeStep, type LifeRefusal, type LifeState, type LifeStep } from "./life.ts";
import { alreadyEnded, conflict } from "./refused.ts";

/** Takes a step in the life of an incident. Throws `Failure` "already-ended" or "conflict" where there is none. */
export function requireStep(row: IncidentRow, step: LifeStep): LifeState {
  const next = takeStep({ status: row.status, isMerged: row.merged_into !== null }, step);
  if (typeof next === "string") throw stepRefused(row, next);
  return next;
}

/** Throws `Failure` "already-ended" for an incident that was merged into another one. */
export function requireUnmerged(row: IncidentRow): void {
  if (row.merged_into !== null) throw stepRefused(row, "is-merged");
}

/** Throws `Failure` "already-ended" for an incident that is resolved, or merged. */
export function requireOpen(row: IncidentRow): void {
  requireUnmerged(row);
  if (!isOpen(row)) throw stepRefused(row, "is-closed");
}

function stepRefused(row: IncidentRow, refusal: LifeRefusal): Failure {
  const reference = referenceOf(row);
  switch (refusal) {
    case "is-merged":
      return alreadyEnded(`${reference} was merged into INC-${String(row.merged_number)}.`, {
        next: `Go on there: interlock incident show INC-${String(row.merged_number)}`,
      });
    case "is-closed":
      return alreadyEnded(`${reference} is ${row.status}.`, {
        why: "Somebody resolved it before.",
        next: `If the trouble is back: interlock incident reopen ${reference}`,
      });
    case "is-open":
      return conflict(`${reference} is open: it is ${row.status}.`, {
        why: "Only what was resolved is reopened or has a post-mortem.",
        next: `Resolve it first: interlock incident resolve ${reference}`,
      });
    default:
      return refusal satisfies never;
  }
}
