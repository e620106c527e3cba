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
