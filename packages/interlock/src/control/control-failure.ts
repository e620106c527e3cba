import { connectionFailure } from "../database/connection-failure.ts";
import { sessionIsGone, wasCancelled } from "../database/sqlstate.ts";
import { Failure } from "../std/failure.ts";

/** What opening a session on the control database was refused with, as everyone above knows it. */
export function controlNotReachable(error: unknown): Failure {
  const { why } = connectionFailure(error, { place: "the control database", state: "Nothing was changed." });
  return new Failure({
    code: "control-not-reachable",
    message: "The server can't reach its control database.",
    ...(why === undefined ? {} : { why }),
    state: "Nothing was changed.",
    next: "Try again shortly; see that the control database runs.",
    cause: error,
  });
}

/** Whether a session is of no more use: it has gone, or its answer was given up, so that it may come at any time. */
export function sessionIsLost(error: unknown): boolean {
  return sessionIsGone(error) || (error instanceof Error && error.message === "Query read timeout");
}

/**
 * An error of a statement on the control database, in words where the database has gone or was too slow; any other
 * error as it is. `committing` says that the commit had been sent, so that nobody knows whether it was carried out.
 */
export function controlFailure(error: unknown, { committing = false } = {}): unknown {
  const state = committing
    ? "Whether it was carried out is not known: look before you try again."
    : "Nothing was changed.";
  if (sessionIsLost(error)) {
    return new Failure({
      code: "control-not-reachable",
      message: "The server lost its control database.",
      state,
      next: "Try again shortly; see that the control database runs.",
      cause: error,
    });
  }
  if (wasCancelled(error)) {
    return new Failure({
      code: "control-too-slow",
      message: "The control database took too long to answer.",
      // PostgreSQL itself says that it ended the statement, and with it the transaction.
      state: "Nothing was changed.",
      next: "Try again shortly; see what the control database is busy with.",
      cause: error,
    });
  }
  return error;
}
