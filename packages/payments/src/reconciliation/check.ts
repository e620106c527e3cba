/** One way in which two records can differ. */
export interface Check {
  /** Its permanent name. */
  kind: string;
  /** What whoever reads it should do. */
  action: string;
  /**
   * Finds the differences: rows of reference, here, there, each side in words. Reads `operations` (ours, see
   * snapshot.ts), `decisions` (the settlement file), `bounds` and the tables of the platform.
   */
  sql: string;
}

export interface Difference {
  kind: string;
  reference: string;
  /** What our record says. */
  here: string;
  /** What the other record says: the acquirer's, or another one of ours. */
  there: string;
  action: string;
}

/** How much was compared. */
export interface Summary {
  operations: number;
  decisions: number;
  differences: number;
}
