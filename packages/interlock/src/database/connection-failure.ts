import { Failure, messageOf } from "../std/failure.ts";
import { sqlstateOf, systemCodeOf } from "./sqlstate.ts";

interface Advice {
  code: string;
  message: (place: string) => string;
  next: string;
}

const notReachable: Advice = {
  code: "database-not-reachable",
  message: (place) => `The database at ${place} can't be reached.`,
  next: "See that the server runs and that host and port are right.",
};

const loginRefused: Advice = {
  code: "login-refused",
  message: (place) => `The server refused the login to ${place}.`,
  next: "See that user and password are right; the password can also come from PGPASSWORD or the URL.",
};

const bySqlstate: Readonly<Record<string, Advice>> = {
  "28P01": loginRefused,
  "28000": loginRefused,
  "3D000": {
    code: "no-such-database",
    message: (place) => `There is no database at ${place}.`,
    next: "See that the database's name is right, or create it.",
  },
  "42501": {
    code: "permission-denied",
    message: (place) => `The role may not connect to ${place}.`,
    next: "Grant it CONNECT on the database, or use the role that owns the tables.",
  },
  "53300": {
    code: "too-many-connections",
    message: (place) => `The server of ${place} takes no more connections.`,
    next: "Free one, or raise max_connections; then run the same command again.",
  },
  "57P03": {
    code: "database-not-ready",
    message: (place) => `The server of ${place} is starting or stopping.`,
    next: "Run the same command again when it takes connections.",
  },
};

/** What to tell the user of a connection that could not be opened. `place` holds no password. */
export function connectionFailure(
  error: unknown,
  { place, state }: { place: string; state: string },
): Failure {
  const { code, message, next } = adviceOn(error);
  return new Failure({ code, message: message(place), why: reasonOf(error), state, next, cause: error });
}

function adviceOn(error: unknown): Advice {
  const known = bySqlstate[sqlstateOf(error) ?? ""];
  if (known !== undefined) return known;
  // The client's own complaint when the server asks for a password and none was given.
  if (/password must be a/.test(messageOf(error))) return loginRefused;
  return notReachable;
}

function reasonOf(error: unknown): string {
  if (/password must be a/.test(messageOf(error)))
    return "The server asks for a password and none was given.";
  // Node tries every address of a name and gathers the errors without a message of its own.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  const known = sqlstateOf(error) ?? systemCodeOf(error);
  return known === undefined || messageOf(error).includes(known)
    ? messageOf(error)
    : `${messageOf(error)} (${known})`;
}
