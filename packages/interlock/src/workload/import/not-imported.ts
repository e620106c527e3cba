/** A statement, or a part of a file, that is not in the workload. */
export interface NotImported {
  /** The file, and where it is known the line: `queries/users.sql:12`. */
  source: string;
  /** The name of the statement, or what it is. */
  what: string;
  why: string;
}
