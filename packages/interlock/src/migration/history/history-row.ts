/** A migration file as its tool sees it. */
export interface RecordedFile {
  path: string;
  /** The whole file, as it is. */
  text: string;
  /** When Drizzle's journal says it was made, in milliseconds since 1970. */
  journalledAt?: number | undefined;
}

/** The row by which a migration tool knows that a migration has been run. */
export interface HistoryRow {
  /** The tool's table; its schema where the tool always uses the same one. */
  table: string;
  schema?: string;
  /** By column: an SQL expression, or one that reads the table itself. */
  values: Readonly<Record<string, string | ((table: string) => string)>>;
  /** The columns by which the row is found again. */
  key: readonly string[];
  /** The table holds one row, the version that was reached: the row takes the place of the one before. */
  onlyLatest?: boolean;
}
