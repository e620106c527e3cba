import type { Kind } from "./operations-table.ts";

/** SQL by the statement's name. */
export type Statements = Readonly<Record<string, string>>;

/** A change as a user would write it, and what becomes of it. */
export interface Case {
  what: string;
  /** Of the operations table. */
  kind: Kind;
  /** The schema before the change, where it is not the subject's. */
  start?: string;
  migration: string;
  /** What the version that runs sends. */
  old: Statements;
  /** What the version to come sends. */
  new: Statements;
  /** "planned", which the proof of all invariants is a part of, or the code of the refusal. */
  expect: "planned" | Refusal;
}

export type Refusal =
  | "ambiguous-default"
  | "cannot-plan"
  | "mapping-missing"
  | "mapping-not-valid"
  | "migration-does-not-apply"
  | "plan-refused";

/** Cases about one thing; those without a schema of their own share this one. */
export interface Subject {
  name: string;
  start: string;
  cases: readonly Case[];
}
