/** What PostgreSQL answers when it refuses something. */
export interface Problem {
  /** Five characters, as in appendix A of PostgreSQL's manual. */
  sqlstate: string;
  message: string;
  /** The schema and relation whose constraint refused it, where the server says so. */
  schema?: string;
  table?: string;
  column?: string;
  constraint?: string;
}

/** Whether it is the data that was refused (classes 22 and 23), and not the statement. */
export function refusesData({ sqlstate }: Pick<Problem, "sqlstate">): boolean {
  return sqlstate.startsWith("22") || sqlstate.startsWith("23");
}

/** Whether the session itself was ended, by the server or by a statement. */
export function endsSession({ sqlstate }: Pick<Problem, "sqlstate">): boolean {
  return sqlstate.startsWith("08") || sqlstate === "57P01" || sqlstate === "57P02" || sqlstate === "57P03";
}

/** Whether it ran into a limit of the rehearsal and says nothing about the statement. */
export function exceedsLimit({ sqlstate }: Pick<Problem, "sqlstate">): boolean {
  return sqlstate === "57014" || sqlstate === "55P03" || sqlstate.startsWith("53") || sqlstate === "40P01";
}

/** Whether it says something about the rehearsal and nothing about the statement. */
export function saysNothing(problem: Pick<Problem, "sqlstate">): boolean {
  return exceedsLimit(problem) || endsSession(problem);
}

/**
 * Whether it is the rehearsal's role that may not: PostgreSQL would let a superuser, or an owner of more than one
 * database. What the user's own grants and policies refuse is not among it.
 */
export function refusedBySandbox({ sqlstate, message }: Pick<Problem, "sqlstate" | "message">): boolean {
  return sqlstate === "42501" && !ownGrants.test(message);
}

/** Whether the rehearsal itself is why a statement fails. */
export function stops(problem: Pick<Problem, "sqlstate" | "message">): boolean {
  return saysNothing(problem) || refusedBySandbox(problem);
}

const ownGrants =
  /row-level security|^permission denied for (table|view|materialized view|sequence|column|relation|foreign table|schema|type|(function|procedure|routine) (?!pg_|lo_))/;

const longestMessage = 1_000;

/** A message that may be as long as a statement likes, cut to what somebody would read. */
export function clipped(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
}
