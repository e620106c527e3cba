import { fields, type Expression } from "../expression.ts";
import type { Relation } from "../plan.ts";
import { listAt, relationOf, stringAt } from "../tree.ts";

/** A query over the rows of one table, each by itself. */
export interface SimpleSelect {
  from: Relation;
  /** What its columns are called by: the table's name or its alias. */
  alias: string;
  items: Expression[];
  where: Expression | undefined;
}

const allowed = ["targetList", "fromClause", "whereClause", "sortClause", "limitOption", "op"];

/** Reads a SELECT that takes each row of one table by itself; undefined for any other. */
export function readSimpleSelect(node: unknown): SimpleSelect | undefined {
  const select = fields(fields(node)["SelectStmt"]);
  if (select["op"] !== "SETOP_NONE" || Object.keys(select).some((key) => !allowed.includes(key)))
    return undefined;
  const from = onlyTable(select);
  if (from === undefined) return undefined;
  const items = listAt(select, "targetList").map(
    (target) => fields(fields(target)["ResTarget"])["val"] as Expression,
  );
  if (
    items.some((item) => fields(item)["ColumnRef"] !== undefined && JSON.stringify(item).includes('"A_Star"'))
  )
    return undefined;
  return { ...from, items, where: select["whereClause"] as Expression | undefined };
}

/** The table of a FROM that names just one. */
export function onlyTable(statement: Record<string, unknown>): { from: Relation; alias: string } | undefined {
  const [first, ...others] = listAt(statement, "fromClause");
  const range = fields(fields(first)["RangeVar"]);
  if (others.length > 0 || range["relname"] === undefined) return undefined;
  const from = relationOf(range);
  return { from, alias: stringAt(fields(range["alias"]), "aliasname") ?? from.name };
}

/** The parts of a condition that are joined by AND. */
export function conjunction(condition: Expression | undefined): Expression[] {
  if (condition === undefined) return [];
  const all = fields(fields(condition)["BoolExpr"]);
  if (all["boolop"] !== "AND_EXPR") return [condition];
  return listAt(all, "args").flatMap((part) => conjunction(part as Expression));
}
