import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { differs } from "../differs.ts";
import type { Relation } from "../plan.ts";
import type { Given, Move } from "./move.ts";

/** Pieces of SQL that say which rows of the two tables of a move belong together. */

export function quoted({ schema, name }: Relation): string {
  return quoteQualified(schema, name);
}

/** SQL: the rows of a table that belong to a row under another name. */
export function rowsOf(
  { key }: Move,
  { of, as, row, from }: { of: "parent" | "child"; as: string; row: string; from: "parent" | "child" },
): string {
  return key
    .map((pair) => `${as}.${quoteIdentifier(pair[of])} = ${row}.${quoteIdentifier(pair[from])}`)
    .join(" and ");
}

/** SQL, with `and` in front: that a row of the child is the first one of its parent. Empty where there is only one. */
export function andFirst(move: Move, { row, from }: { row: string; from: "parent" | "child" }): string {
  if (move.childIsUnique) return "";
  const child = quoted(move.child);
  return ` and ${quoteIdentifier(move.child.name)}.ctid = (select interlock_it.ctid from ${child} as interlock_it where ${rowsOf(move, { of: "child", as: "interlock_it", row, from })}${inOrder(move, "interlock_it.")} limit 1)`;
}

/** SQL: in which order the rows of the child stand that belong to one row of the parent. */
export function inOrder({ childKey, childIsUnique }: Move, prefix = ""): string {
  if (childIsUnique) return "";
  const columns = childKey.map((name) => `${prefix}${quoteIdentifier(name)}`);
  return ` order by ${columns.length === 0 ? `${prefix}ctid` : columns.join(", ")}`;
}

/** SQL: that one of the columns is different under two names for a row. */
export function anyDiffers(
  columns: readonly Pick<Given, "column" | "type">[],
  { left, right }: { left: string; right: string },
): string {
  return columns
    .map(({ column, type }) =>
      differs(`${left}.${quoteIdentifier(column)}`, `${right}.${quoteIdentifier(column)}`, type),
    )
    .join(" or ");
}

/** What a mandatory column has where the other table says nothing. */
export function orDefault({ notNull, default: own }: Given, value: string): string {
  return notNull && own !== null ? `coalesce(${value}, ${own})` : value;
}
