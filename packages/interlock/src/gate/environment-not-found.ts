import { Failure } from "../std/failure.ts";

/** For a name that no environment has. */
export function environmentNotFound(environment: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no environment ${environment}.`,
    state: "Nothing was changed.",
    next: "See which there are: interlock environment list",
  });
}
