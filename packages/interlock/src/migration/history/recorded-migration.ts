import type { HistoryRow } from "./history-row.ts";

/** What a migration tool will want to find in its history once a migration has been run. */
export interface RecordedMigration {
  /** Of the tool, for people. */
  tool: string;
  /** What the tool calls the migration, for people. */
  name: string;
  row: HistoryRow;
  /** The row of the migration before it, where the tool keeps only the latest. */
  before?: HistoryRow;
}
