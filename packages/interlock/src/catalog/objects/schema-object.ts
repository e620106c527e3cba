/** A column of a relation, or the relation as a whole. */
export interface ColumnUse {
  schema: string;
  name: string;
  column: string | null;
}

/** What a schema has besides tables, types and sequences, and what it takes to make it again. */
export interface SchemaObject {
  /** What PostgreSQL itself calls it, the same before and after a change: "view public.sums". */
  identity: string;
  kind: ObjectKind;
  /** The relation that it is or that it is on; null for a function. */
  relation: { schema: string; name: string } | null;
  /** What it is made of, in PostgreSQL's words, without rights and remarks. */
  definition: string;
  /** The statements that make it, with its owner, rights, comments and settings. */
  create: string[];
  drop: string;
  /** Columns and relations that can't go, or change their types, while it is there. */
  reads: ColumnUse[];
  /** Identities of the objects that must be there before it. */
  needs: string[];
}

export const objectKinds = [
  "view",
  "materialized view",
  "function",
  "trigger",
  "policy",
  "rule",
  "statistics",
  "publication",
  "generated column",
] as const;

export type ObjectKind = (typeof objectKinds)[number];
