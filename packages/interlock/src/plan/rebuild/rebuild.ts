import type { Given } from "../moves/move.ts";
import type { Relation } from "../plan.ts";

/**
 * A table that the change makes anew under its own name: partitioned, or of any other kind that no ALTER TABLE
 * gives. The new one is made beside it in a schema of our own, kept equal by triggers while both versions go on
 * with the old one, and takes its place in one short step.
 */
export interface Rebuild {
  relation: Relation;
  /** The schema in which the new table stands until the end. */
  staging: string;
  /** What the old table is called in the migration once the new one has its name; undefined where it keeps its own. */
  oldName: string | undefined;
  /** How the rows find each other: the new table's key and the columns of the old one that it repeats. */
  key: { old: string; new: string; type: string }[];
  oldKey: string[];
  values: Given[];
  present: Given["expression"] | undefined;
  /** Identity columns that PostgreSQL always numbers: they are given their values, and never set. */
  identity: string[];
  /** What the migration does to the old table before it makes the new one: names that it frees. */
  frees: StagedStatement[];
  /** The statements that make the new table, in order. */
  make: StagedStatement[];
  /** Those that only its last moment needs: the numbers of sequences. */
  finish: StagedStatement[];
  /** What comes once it has its name: triggers, which would fire for copied rows, and views. */
  afterwards: StagedStatement[];
  /** Views that the migration drops before. */
  views: StagedStatement[];
  /** Every operation that this takes the place of. */
  operations: ReadonlySet<number>;
  order: number;
}

export interface StagedStatement {
  sql: string;
  order: number;
  /** A block of code, which may read the old table before it makes anything. */
  isBlock: boolean;
}
