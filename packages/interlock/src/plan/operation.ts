import type { Node } from "libpg-query";
import type { Expression } from "./expression.ts";
import type { Relation } from "./plan.ts";

/** One thing that a migration does, as far as a plan tells things apart. */
interface Common {
  /** Its place among all operations of the change, from 0. */
  index: number;
  file: string;
  line: number;
  /** Of the statement that it is all or part of. */
  sql: string;
  /** As the migration has it, where `sql` says a renamed table by its name of before. */
  source?: string;
}

interface OnTable extends Common {
  table: Relation;
  /** Its own ALTER TABLE command; undefined where it is a statement of its own. */
  command?: Node;
}

export interface OnColumn extends OnTable {
  column: string;
}

export type AddColumn = OnColumn & { kind: "add-column" };
export type RenameColumn = OnColumn & { kind: "rename-column"; newName: string };
export type ChangeType = OnColumn & { kind: "change-type"; using: Expression | undefined };
export type DropColumn = OnColumn & { kind: "drop-column"; cascade: boolean };
export type SetNotNull = OnColumn & { kind: "set-not-null" };
export type DropNotNull = OnColumn & { kind: "drop-not-null" };
export type SetDefault = OnColumn & { kind: "set-default" };
export type DropDefault = OnColumn & { kind: "drop-default" };
export type AddConstraint = OnTable & {
  kind: "add-constraint";
  name: string | undefined;
  /** An index that is there before, or that the change makes, from which it becomes a constraint. */
  usingIndex?: string;
};
export type ChangeIdentity = OnColumn & { kind: "change-identity" };
export type DropConstraint = OnTable & { kind: "drop-constraint"; name: string };
export type CreateIndex = OnTable & { kind: "create-index"; name: string | undefined };
export type DropIndex = Common & { kind: "drop-index"; indexes: Relation[] };
export type CreateTable = OnTable & { kind: "create-table" };
export type DropTable = Common & { kind: "drop-table"; tables: Relation[] };
export type RenameTable = OnTable & { kind: "rename-table"; to: Relation };
export type UpdateRows = OnTable & {
  kind: "update-rows";
  assignments: { column: string; expression: Expression }[];
  where: Expression | undefined;
};
export type PassThrough = Common & {
  kind: "pass-through";
  node: Node;
  /** Whether it is about a table that the change itself creates. */
  onNewTable: boolean;
};
/** A statement about a view, a function, a trigger, a policy and the like. */
export type ChangeObject = Common & { kind: "change-object"; node: Node };
export type RenameEnumValue = Common & {
  kind: "rename-enum-value";
  type: Relation;
  label: string;
  newLabel: string;
};

export type Operation =
  | AddColumn
  | RenameColumn
  | ChangeType
  | DropColumn
  | SetNotNull
  | DropNotNull
  | SetDefault
  | DropDefault
  | AddConstraint
  | ChangeIdentity
  | DropConstraint
  | CreateIndex
  | DropIndex
  | CreateTable
  | DropTable
  | RenameTable
  | UpdateRows
  | RenameEnumValue
  | ChangeObject
  | PassThrough;

export type OperationName = Operation["kind"];

/** An operation before it is known where it stands. */
export type Recognised<O extends Operation = Operation> = O extends Operation ? Omit<O, keyof Common> : never;
