import { Failure } from "../std/failure.ts";

/** The session was lost, and no other could be had in time. */
export function wentAway({ why, state }: { why: string; state: string }): Failure {
  return new Failure({
    code: "database-went-away",
    message: "The connection to the database was lost and could not be made again.",
    why,
    state,
    next: "When the database is back, run `interlock status` to see how far the change is, then `interlock resume` or `interlock rollback`.",
  });
}
