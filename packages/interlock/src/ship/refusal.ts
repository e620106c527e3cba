import { detailOf, sqlstateOf } from "../database/sqlstate.ts";
import { Failure, messageOf } from "../std/failure.ts";

const orBack = "Then run `interlock resume`, or `interlock rollback` to take the change back.";

interface Advice {
  code: string;
  next: string;
}

/** What a refusal of PostgreSQL is called, and what to do about it, where its SQLSTATE says more than that it failed. */
const bySqlstate: Readonly<Record<string, Advice>> = {
  "25006": {
    code: "database-read-only",
    next: `See that the address leads to the primary. ${orBack}`,
  },
  "42501": {
    code: "permission-denied",
    next: `Grant the role what it lacks, or use the role that owns the tables. ${orBack}`,
  },
  "53100": {
    code: "disk-full",
    next: `Make room on the disk of the server's data, its log or its temporary files. ${orBack}`,
  },
  "53200": {
    code: "out-of-memory",
    next: `Make room: close sessions that hold many locks, or raise max_locks_per_transaction or the memory of the server. ${orBack}`,
  },
  "53300": {
    code: "too-many-connections",
    next: `Free a connection, or raise max_connections. ${orBack}`,
  },
  "53400": {
    code: "limit-reached",
    next: `Raise the limit for this role: alter role <this role> set temp_file_limit, for one. ${orBack}`,
  },
  "57014": {
    code: "step-cancelled",
    next: `Ask who looks after this database why it was cancelled. ${orBack}`,
  },
};

/** Says what PostgreSQL refused, with advice by the kind of refusal; `failed` is the code of all other kinds. */
export function refusal(
  error: unknown,
  { failed, message, state, next }: { failed: string; message: string; state: string; next: string },
): Failure {
  const sqlstate = sqlstateOf(error);
  const advice = bySqlstate[sqlstate ?? ""] ?? { code: failed, next };
  const why = [`${sqlstate ?? "no SQLSTATE"}: ${messageOf(error)}`, detailOf(error) ?? ""];
  return new Failure({
    code: advice.code,
    message,
    why: why.filter((text) => text !== "").join("\n"),
    state,
    next: advice.next,
    cause: error,
  });
}
