import type { SchemaObject } from "../catalog/objects/schema-object.ts";
import type { EnumType } from "../catalog/read-enums.ts";
import type { Column, Table } from "../catalog/table.ts";
import type { Expression } from "./expression.ts";
import type { Move } from "./moves/move.ts";
import type { Rebuild } from "./rebuild/rebuild.ts";
import type { Operation } from "./operation.ts";
import type { Loss, Relation } from "./plan.ts";
import type { VersionViews } from "./version-views/version-views.ts";

/** A column whose value follows from other columns, and the operation that says how. */
export interface Mapping {
  column: string;
  expression: Expression;
  /** Where it is said, for errors: "0042_status.sql:4". */
  source: string;
  /** Whether it is known to have a value for every row. */
  isTotal?: boolean;
}

/**
 * Old and new columns of one table that say the same thing in two ways. Either may have no columns: then
 * values flow one way only.
 */
export interface SyncGroup {
  /** Columns that the new version writes, each with how to compute it from the old ones. */
  up: Mapping[];
  /** Columns that the old version writes, each with how to compute it from the new ones. */
  down: Mapping[];
}

/** Of a type change: the column that has the new type until it takes over the name. */
export interface Replacement {
  column: string;
  hidden: string;
  type: string;
  up: Expression;
  source: string;
  order: number;
  /** The operation that it is for, where its order is not that one's index. */
  operation?: number;
  /** What the type is called for people, where that is not enough. */
  shownType?: string;
  /** Whether every value of one is a value of the other. */
  isTotal?: boolean;
  /** What a comment of the migration says about the way back; the column's name means its new value. */
  givenDown?: Expression;
  /** Where the new version writes it, in a view of its own: the way back, and the hidden column as that sees it. */
  twin?: { down: Expression; column: Column };
}

/** What a change does to a table that was there before it. */
export interface TableChange {
  relation: Relation;
  before: Table;
  /** Undefined when the change drops it. */
  after: Table | undefined;
  /** Columns that the change adds, by name. */
  added: Map<string, { column: Column; order: number }>;
  /** Columns that it drops, with the operation that does. */
  dropped: Map<string, { column: Column; order: number; place: string }>;
  /** New name → old name. */
  renamed: Map<string, { from: string; order: number }>;
  groups: SyncGroup[];
  /** Columns that are filled wherever a version leaves them null. */
  fills: Mapping[];
  replacements: Replacement[];
  /** Columns whose values come from or go to another table. */
  moved: Set<string>;
  /** Columns whose rows the change updates once the old version is gone. */
  updatedLate: Set<string>;
}

/** What happened on the shadow when a statement of the migration ran by itself, in order. */
export interface Effect {
  /** Tables that were there before the change and whose storage was written anew, or one of whose indexes was. */
  rewrites: Relation[];
  /** Views, functions, triggers and the like; only of statements that no kind of operation knows. */
  objects: ObjectChange[];
}

export type Placement = "early" | "late";

/** An object that a statement made, changed or dropped; undefined where it isn't there. */
export interface ObjectChange {
  identity: string;
  before: SchemaObject | undefined;
  after: SchemaObject | undefined;
}

/** All that the pure part of the planner decides on. */
export interface ChangeModel {
  operations: Operation[];
  /** By `relationKey`; only tables that were there before. */
  tables: Map<string, TableChange>;
  /** Columns that go from one table into another. */
  moves: Move[];
  /** Tables that are made anew under their names. */
  rebuilds: Rebuild[];
  /** By operation. */
  effects: Map<number, Effect>;
  /** Views, functions, triggers and the like before the change and after it, what others stand on first. */
  objects: { before: readonly SchemaObject[]; after: readonly SchemaObject[] };
  enums: { before: readonly EnumType[]; after: readonly EnumType[] };
  /** Views that the new version sees instead of tables; only where no order of steps does without. */
  versionViews?: VersionViews;
  /** App versions. */
  old: string[];
  new: string[];
  /** Columns of a table that statements of a version leave to their default, as "table key\0column". */
  leftToDefault: { old: ReadonlySet<string>; new: ReadonlySet<string> };
  /** Columns that statements of a version may name, as "table key\0column", and relations that they do, by their keys. */
  used: { old: ReadonlySet<string>; new: ReadonlySet<string> };
  /** Which old versions write a table, by its `relationKey`. */
  writtenByOld: ReadonlyMap<string, readonly string[]>;
  /** Tables, by their `relationKey`, whose rows the new versions may give other values. */
  filledByNew: ReadonlySet<string>;
  /** Tables, by their `relationKey`, into which some version inserts with ON CONFLICT and what it conflicts with. */
  conflictTargets: ReadonlySet<string>;
  /** Filled while planning: what a user must know. */
  notes: string[];
  /** Filled while planning: what only an operation itself knows to be lost. Steps and columns are looked at by `findLosses`. */
  losses: Loss[];
}
