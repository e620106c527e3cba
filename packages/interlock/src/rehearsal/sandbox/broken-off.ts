import { DatabaseError } from "pg";
import { sessionIsGone } from "../../database/sqlstate.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import { clipped } from "../problem.ts";
import { seconds } from "./limits.ts";

/** A rehearsal that can't go on: its SQL, or something else, has ended what it needs. */
export function brokenOff(why: string, cause?: unknown): Failure {
  return new Failure({
    code: "rehearsal-broken-off",
    message: "The rehearsal did not come to its end, so nothing is known about the change.",
    why,
    state: "It was run on a throwaway database only; nothing else was changed.",
    next: "See whether the SQL itself ends sessions or changes the settings of its role; run it again if not.",
    cause,
  });
}

/** The rehearsal as a whole took longer than it may. */
export function timeIsUp(totalMs: number): Failure {
  return new Failure({
    code: "rehearsal-too-long",
    message: `The rehearsal was not over after ${seconds(totalMs)}, so nothing is known about the change.`,
    state: "It was run on a throwaway database only; nothing else was changed.",
    next: "Give it longer with --time-limit 30m, or fewer workloads at a time.",
  });
}

/** What anything that a server said or that broke a session means for a rehearsal; other errors as they are. */
export function brokenOffBy(error: unknown): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof DatabaseError) {
    return brokenOff(`${error.code ?? ""} ${clipped(error.message)}`.trim(), error);
  }
  return sessionIsGone(error) ? brokenOff(messageOf(error), error) : error;
}
