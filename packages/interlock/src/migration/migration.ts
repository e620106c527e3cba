import type { Statement } from "../sql/parse.ts";
import type { RecordedMigration } from "./history/recorded-migration.ts";

/** One migration as its tool would run it. */
export interface Migration {
  path: string;
  /** The part that goes up; what belongs to another part is blank, so that lines keep their numbers. */
  text: string;
  /** Parsed when they are first asked for: throws `Failure` "sql-does-not-parse". */
  readonly statements: readonly Statement[];
  /** Whether it runs in one transaction, with all or nothing. */
  readonly transactional: boolean;
  /** Whether its tool sends all of it as one query, in which no statement can have a transaction of its own. */
  readonly isOneQuery?: boolean;
  /** Whether its tool runs everything that is pending in one transaction. */
  readonly sharesTransaction?: boolean;
  /** How its tool is told to run a statement that can't be in a transaction, such as CREATE INDEX CONCURRENTLY. */
  readonly outsideTransaction?: string;
  /**
   * What its tool's own history will say of it, for each tool that it may be of. Looks at what stands before it.
   */
  readHistory?: () => Promise<readonly RecordedMigration[]>;
}
