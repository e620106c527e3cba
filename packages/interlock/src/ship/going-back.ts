import { Failure } from "../std/failure.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";

/** A change whose rollback was begun only goes further back. */
export function notGoingForward(change: ChangeRecord): Failure {
  return new Failure({
    code: "being-rolled-back",
    message: `Change ${change.plan.id} is being rolled back.`,
    why: "Its rollback was begun and did not come to its end.",
    state: meaningOf(change.state),
    next: "Run `interlock resume` or `interlock rollback` to finish the rollback; then the change can be shipped anew.",
  });
}
