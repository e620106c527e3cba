import type { Column } from "../../catalog/table.ts";
import { relationKey, sameRelation } from "../draft.ts";
import { columnOf, columnsOf, fields, onlyColumn, parseExpression, type Expression } from "../expression.ts";
import type { MappingComment } from "../mapping-comment.ts";
import type { TableChange } from "../model.ts";
import type { MissingMove } from "./ask-for-moves.ts";
import { givenBy, type MoveInput } from "./move-input.ts";
import type { Given, Move } from "./move.ts";
import { isPlain } from "./over-table.ts";

/** Says the other direction of a move where it follows by itself or a comment says it, and answers what is missing. */
export function turnRound(
  move: Move,
  { tables, comments }: MoveInput,
  used: Set<MappingComment>,
): MissingMove[] {
  const parent = tables.get(relationKey(move.parent));
  if (parent === undefined) throw new Error("the parent was there before the change");
  const missing: MissingMove[] = [];
  const [there, back] = move.old === "parent" ? [move.toChild, move.toParent] : [move.toParent, move.toChild];
  const oldTable = move.old === "parent" ? move.parent : move.child;
  const newTable = move.old === "parent" ? move.child : move.parent;
  const read = new Set(
    there.flatMap(({ expression }) => [...columnsOf(expression, { table: oldTable.name })]),
  );
  for (const column of oldColumns(move, { parent, tables })) {
    if (back.some((each) => each.column === column.name)) continue;
    const comment = comments.find(
      (each) =>
        each.direction === "down" &&
        each.column === column.name &&
        sameRelation(each.table, oldTable) &&
        isOver(each.expression, newTable),
    );
    const repeated = there.find(
      ({ expression, type }) =>
        onlyColumn(expression, { table: oldTable.name }) === column.name &&
        isPlain(expression) &&
        (type === column.type || column.type === "text"),
    );
    if (comment !== undefined) used.add(comment);
    const expression =
      comment?.expression ??
      (repeated === undefined ? undefined : backFrom(newTable.name, repeated, column.type));
    if (expression !== undefined) back.push(givenBy(column, expression));
    else if (read.has(column.name) || (move.old === "child" && isMandatory(column)))
      missing.push({ move, column, of: newTable, table: oldTable });
  }
  return missing;
}

/** The columns that the old version knows and the new one does not. */
function oldColumns(
  { old, child, key }: Move,
  { parent, tables }: { parent: TableChange; tables: MoveInput["tables"] },
): Column[] {
  if (old === "parent") return [...parent.dropped.values()].map(({ column }) => column);
  const columns = tables.get(relationKey(child))?.before.columns ?? [];
  return columns.filter(
    ({ name, generated }) => generated === null && !key.some((pair) => pair.child === name),
  );
}

function backFrom(table: string, { column, type }: Given, wanted: string): Expression {
  if (type === wanted) return columnOf(table, column);
  return {
    TypeCast: {
      arg: columnOf(table, column),
      typeName: fields(fields(parseExpression(`null::${wanted}`, wanted))["TypeCast"])["typeName"] as never,
    },
  };
}

function isMandatory(column: Column): boolean {
  return column.notNull && column.default === null && column.generated === null && column.identity === null;
}

/** Whether an expression says columns of a table by the table's name. */
function isOver(expression: Expression, { name }: { name: string }): boolean {
  return JSON.stringify(expression).includes(`"fields":[{"String":{"sval":${JSON.stringify(name)}}},`);
}
