import type { FailureFacts } from "../std/failure.ts";

/** Of a database in which the change is done. */
export function pastReturn(): FailureFacts {
  return {
    code: "past-the-point-of-no-return",
    message: "The change is done in this database; it can't be taken back any more.",
    state: "Done: the database has the new shape. Nothing was changed.",
    next: "What is done is taken back by another change, in the other direction.",
  };
}
