import type { Column, Table } from "../../catalog/table.ts";
import type { Expression } from "../expression.ts";
import type { MappingComment } from "../mapping-comment.ts";
import type { TableChange } from "../model.ts";
import type { Operation } from "../operation.ts";
import type { Given, Move } from "./move.ts";

/** What moves are read from. */
export interface MoveInput {
  operations: readonly Operation[];
  tables: ReadonlyMap<string, TableChange>;
  /** Tables after the change, by `relationKey`. */
  after: ReadonlyMap<string, Table>;
  comments: readonly MappingComment[];
}

export function givenBy(column: Column, expression: Expression): Given {
  return {
    column: column.name,
    type: column.type,
    notNull: column.notNull,
    default: column.defaultIsVolatile || column.generated !== null ? null : column.default,
    expression,
  };
}

/** Whether the child has one row at most for each of the parent, and what tells its rows apart. */
export function childKeys(
  { indexes, primaryKey }: Table,
  key: Move["key"],
): Pick<Move, "childIsUnique" | "childKey"> {
  const columns = JSON.stringify(key.map(({ child }) => child).toSorted());
  const childIsUnique = indexes.some(
    (index) =>
      index.unique &&
      !/ WHERE /.test(index.definition) &&
      JSON.stringify(index.columns.toSorted()) === columns &&
      index.reads.length === index.columns.length,
  );
  return { childIsUnique, childKey: primaryKey };
}
