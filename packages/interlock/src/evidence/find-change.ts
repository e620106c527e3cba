import { Failure } from "../std/failure.ts";

export function changeNotFound(change: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no change ${change}.`,
    state: "Nothing was changed.",
    next: "See which there are: interlock change list; a new one comes in with interlock change push.",
  });
}
