import { unexercisedWrites } from "../rehearsal/report/coverage.ts";
import type { Rehearsal } from "../rehearsal/rehearsal.ts";
import { appVersion } from "../workload/workload.ts";
import type { StatesProof } from "./prove.ts";

/** Statements that write to what a plan's steps touch and could not be executed, so that the proof leaves them open. */
export function writesNotExercised({ rehearsal }: Pick<StatesProof, "rehearsal">): string[] {
  const changes = rehearsal.changes.map(withoutSync);
  return rehearsal.workloads.flatMap((result) =>
    unexercisedWrites(result, { changes }).map((name) => `${appVersion(result.workload)}#${name}`),
  );
}

/** The sync's functions and their triggers, made or dropped: nobody else's have such names. */
const ofSync = /\binterlock"?\.|"~interlock_sync_/;

/**
 * The reach of a function that a change makes is not known; the sync's own functions write to no table but the one
 * that their trigger is on, which the locks of its step name.
 */
function withoutSync(change: Rehearsal["changes"][number]): Rehearsal["changes"][number] {
  return {
    ...change,
    steps: change.steps.map((step) => (ofSync.test(step.sql) ? { ...step, sql: "" } : step)),
  };
}
