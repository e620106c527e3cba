import type { AnalysedStatement } from "./analyse.ts";
import type { BoundValue } from "./frontend-message.ts";

/** What one client connection has told, of which later statements may make use: names of SQL-level PREPARE. */
export interface Session {
  /** From the name that `prepare name as …` gave to the statement behind `as`. */
  readonly sqlPrepared: Map<string, AnalysedStatement>;
}

/** The text behind a Parse message that the server took. */
export interface PreparedText {
  text: Buffer;
  /** Object identifiers of the parameters' types as the client declared them, 0 where it left the choice to the server. */
  declaredTypes: number[];
  /** The types as the server described them, where the client asked for a description. */
  describedTypes: number[] | undefined;
  /** It was given a name, so its plan lives on. */
  named: boolean;
}

/** One thing that a client asked for and the server answered. */
export type Observation =
  | {
      kind: "query";
      session: Session;
      /** One or more statements as they were sent. */
      text: Buffer;
      /** How many of the statements were completed, from the first one on. */
      completed: number;
      /** SQLSTATE of the statement after them, where the server refused it. */
      refusal: string | undefined;
    }
  /** The server took the Parse. */
  | { kind: "prepared"; session: Session; prepared: PreparedText }
  /** The server did not take it. */
  | { kind: "not-prepared"; session: Session; prepared: PreparedText; refusal: string }
  /** It was executed, to the end or to an error of its data. */
  | { kind: "executed"; session: Session; prepared: PreparedText; values: BoundValue[] | undefined };

/** Why something that a client sent is not in the workload. Permanent: scripts may depend on them. */
export const leftOutReasons = {
  "transaction-control": "transaction control",
  "session-setting": "session settings, cursors' fetches and notifications",
  structural: "structural statements: they are changes, not workload",
  "anonymous-block": "DO blocks: what they run can't be seen from outside",
  maintenance: "maintenance (vacuum, analyze, reindex, explain and the like)",
  refused: "refused by the server every time",
  "too-large": "too large to be recorded",
  "not-utf8": "not in UTF-8",
  "does-not-parse": "taken by the server, but not understood by the parser of PostgreSQL 18",
  unanswered: "sent but never answered",
  "function-call": "sent as protocol-level function calls",
  "unknown-statement": "executions of prepared statements whose text was not seen",
  overflow: "beyond what the recorder could keep up with",
  constants: "their constants can't be told from their structure",
} as const;

export type LeftOutReason = keyof typeof leftOutReasons;

/** Takes what the connections of a recording see. It must return at once and never throw. */
export interface Observer {
  observe(observation: Observation): void;
  leftOut(reason: LeftOutReason): void;
}

/** in_failed_sql_transaction: the server did not look at the statement. */
export const inFailedTransaction = "25P02";
