import type { Client } from "pg";

/** Called after each statement of a change, in the transaction that it runs in where there is one. */
export type AfterStatement = (statement: { sql: string; line: number }) => Promise<void>;

/** What leads from one state of the schema to the next. */
export interface StateChange {
  /** For people: the file's path, or what a step of a plan does. */
  label: string;
  file?: string;
  line?: number;
  /**
   * Carries it out and leaves no transaction open. `afterStatement` may be left out of account by a change
   * that knows its own line; one that consists of several statements should call it.
   */
  apply(client: Client, afterStatement?: AfterStatement): Promise<void>;
}
