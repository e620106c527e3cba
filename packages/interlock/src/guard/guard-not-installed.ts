import { Failure } from "../std/failure.ts";

export function guardNotInstalled(): Failure {
  return new Failure({
    code: "guard-not-installed",
    message: "This database has no guard.",
    state: "Nothing was changed.",
    next: "`interlock guard enable` makes one.",
  });
}
