import type { Expression } from "../expression.ts";
import type { Relation } from "../plan.ts";

/** A column of one table and what it is, said over a row of the other. */
export interface Given {
  column: string;
  type: string;
  notNull: boolean;
  /** The default that stands in where the other table has no row and the column is mandatory. */
  default: string | null;
  expression: Expression;
}

/**
 * Columns that go from one table into another: a row of the parent has its values in a row of the child, or in
 * the first of several. Before the change they are on the old side, after it on the other one; while both versions
 * are alive triggers carry every write over.
 */
export interface Move {
  parent: Relation;
  child: Relation;
  old: "parent" | "child";
  /** How the rows find each other: the parent's key and the child's columns that repeat it. */
  key: { parent: string; child: string; type: string }[];
  /** Columns of the child, over the parent's row; the key's are among them. */
  toChild: Given[];
  /** Columns of the parent, over the child's row. */
  toParent: Given[];
  /** Whether the parent's row has a row of the child, over the parent's row; undefined where each has. */
  present: Expression | undefined;
  /** Which rows of the child it is about, over the child's row; undefined for all. */
  among: Expression | undefined;
  /** Whether a unique index of the child has exactly the key's columns. */
  childIsUnique: boolean;
  /** The child's primary key: the first row by it stands for all where there are several. */
  childKey: string[];
  parentKey: string[];
  /** Whether the child has an identity column that the copy gives values to. */
  overriding: boolean;
  /** The operation that says it, and the other ones that this takes the place of. */
  order: number;
  source: string;
}
