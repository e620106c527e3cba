import { quoteIdentifier } from "../../sql/quote.ts";
import {
  columnOf,
  fields,
  hasQuery,
  printExpression,
  replaceColumns,
  type Expression,
} from "../expression.ts";

/**
 * An expression whose columns are all said to be of a table by its name, whatever alias they had. Inside a query of
 * its own a bare name may be another table's, so there it stays bare.
 */
export function overTable(
  expression: Expression,
  { alias, table }: { alias: string; table: string },
): Expression {
  if (hasQuery(expression) && alias === table) return expression;
  return replaceColumns(expression, { table: alias, replace: (name) => columnOf(table, name) });
}

/** SQL: the items of a SELECT that gives values names. */
export function itemsOf(given: readonly { column: string; expression: Expression }[]): string {
  return given
    .map(({ column, expression }) => `(${printExpression(expression)}) as ${quoteIdentifier(column)}`)
    .join(", ");
}

/** Whether it is a column as it is, without a cast. */
export function isPlain(expression: Expression): boolean {
  return fields(expression)["ColumnRef"] !== undefined;
}
