import { Failure } from "../std/failure.ts";

/** The work was stopped by its caller, between two transactions. */
export function interrupted(state: string): Failure {
  return new Failure({
    code: "interrupted",
    message: "The change was stopped before it was through.",
    state: `${state} The journal is in step with the database.`,
    next: "Run `interlock resume` to go on, or `interlock rollback` to take it back; `interlock status` shows how far it is.",
  });
}
