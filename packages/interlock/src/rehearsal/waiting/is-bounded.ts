import type { Client } from "pg";
import type { Node } from "libpg-query";
import { quoteQualified } from "../../sql/quote.ts";
import { child, findFirst, list, names, text, type Tree } from "../../sql/tree.ts";

/**
 * Whether a statement can only write rows that it names: values that it inserts, or rows that it picks by all
 * columns of a unique key. How many rows there are then makes no difference to it.
 */
export async function isBounded(client: Client, node: Node): Promise<boolean> {
  const insert = child(node, "InsertStmt");
  if (insert !== undefined)
    return findFirst(insert["selectStmt"], ["RangeVar", "RangeFunction"]) === undefined;
  const write = child(node, "UpdateStmt") ?? child(node, "DeleteStmt");
  const where = child(write, "whereClause");
  const relation = child(write, "relation");
  const table = text(relation, "relname");
  if (where === undefined || table === undefined) return false;
  const columns = comparedColumns(where);
  if (columns.length === 0) return false;
  const { rows } = await client.query<{ unique: boolean }>(hasUniqueKey, [
    quoteQualified(...[text(relation, "schemaname"), table].filter((part) => part !== undefined)),
    columns,
  ]);
  return rows[0]?.unique === true;
}

const hasUniqueKey = `
select exists (
  select from pg_catalog.pg_index i
  where i.indrelid = pg_catalog.to_regclass($1::text) and i.indisunique and i.indpred is null and i.indexprs is null
    and array(select a.attname::text from pg_catalog.pg_attribute a
               where a.attrelid = i.indrelid and a.attnum = any (i.indkey[0:i.indnkeyatts - 1])) <@ $2::text[]) as unique`;

/** Columns that have to equal constants. */
function comparedColumns(condition: Tree): string[] {
  const all = child(condition, "BoolExpr");
  if (text(all, "boolop") === "AND_EXPR") {
    return list(all, "args").flatMap((one) => comparedColumns(one as Tree));
  }
  const comparison = child(condition, "A_Expr");
  const [operator] = names(list(comparison, "name"));
  const isEquality = operator === "=" && ["AEXPR_OP", "AEXPR_IN"].includes(text(comparison, "kind") ?? "");
  if (!isEquality || findFirst(comparison?.["rexpr"], ["ColumnRef", "SubLink"]) !== undefined) return [];
  const column = names(list(child(child(comparison, "lexpr"), "ColumnRef"), "fields")).at(-1);
  return column === undefined ? [] : [column];
}
