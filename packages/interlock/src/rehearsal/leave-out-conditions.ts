import { deparseSync } from "pgsql-deparser";
import type { Node } from "libpg-query";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { parseStatements } from "../sql/parse.ts";
import { child, isTree, list, names, text, type Tree } from "../sql/tree.ts";
import type { Table } from "./rows/read-tables.ts";

/**
 * Which conditions stay. `keys`: those that look a row up by a parameter, and those that join tables. `joins`: only
 * the latter. Rows: none, and each update or delete writes one row of its table, the first one that of number `row`,
 * counted from 0, each further one `stride` rows further on; with `still`, a counter that goes up or down stays where
 * it is.
 */
export type KeptConditions = "keys" | "joins" | RowsWritten;

export interface RowsWritten {
  row: number;
  stride: number;
  still: boolean;
}

/**
 * A writing statement with every condition made true but those that stay, so that it touches rows which the statement
 * itself would pass over: what it writes is the same. An `insert … select` writes one row. Parameters keep their
 * numbers and types. Undefined where there is nothing to leave out.
 */
export function leaveOutConditions(
  node: Node,
  { kept, tables }: { kept: KeptConditions; tables: readonly Table[] },
): string | undefined {
  let left = 0;
  let writes = 0;
  const relax = (condition: unknown): unknown => {
    const both = child(condition, "BoolExpr");
    if (both?.["boolop"] === "AND_EXPR") {
      return { BoolExpr: { ...both, args: list(both, "args").map(relax) } };
    }
    if (stays(condition, kept)) return condition;
    left += 1;
    return { BoolExpr: { boolop: "OR_EXPR", args: [condition, always] } };
  };
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isTree(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]): [string, unknown] => {
        // What tells an index from others is no condition on rows.
        if (key === "infer") return [key, member];
        const inside = walk(member);
        if (!isTree(inside)) return [key, inside];
        if (conditions.has(key)) return [key, relax(inside)];
        if (key === "InsertStmt") return [key, insertOneRow(inside, typeof kept === "string" ? 0 : kept.row)];
        if (typeof kept === "string" || !(key === "UpdateStmt" || key === "DeleteStmt")) return [key, inside];
        const row = kept.row + writes * kept.stride;
        writes += 1;
        const still = kept.still && key === "UpdateStmt" ? standStill(inside) : inside;
        return [key, writeOneRow(still, { row, tables })];
      }),
    );
  };
  const relaxed = walk(node) as Node;
  return left === 0 ? undefined : deparseSync(relaxed, { pretty: false });
}

const always = { A_Const: { boolval: { boolval: true } } };

/** Where a statement has conditions: of a select, update, delete or `on conflict`, of a join, of a group. */
const conditions = new Set(["whereClause", "quals", "havingClause"]);

function stays(condition: unknown, kept: KeptConditions): boolean {
  // `url is not null` keeps a null from where none may be, and shuts out no more than that.
  if (child(condition, "NullTest")?.["nulltesttype"] === "IS_NOT_NULL") return true;
  if (typeof kept !== "string") return false;
  const comparison = child(condition, "A_Expr");
  if (comparison?.["kind"] !== "AEXPR_OP" || names(list(comparison, "name")).join() !== "=") return false;
  const sides = [comparison["lexpr"], comparison["rexpr"]].map(kindOf);
  if (sides.every((kind) => kind === "column")) return true;
  return kept === "keys" && sides.includes("column") && sides.includes("parameter");
}

function kindOf(side: unknown): "column" | "parameter" | "other" {
  if (child(side, "ColumnRef") !== undefined) return "column";
  const cast = child(side, "TypeCast");
  return child(cast === undefined ? side : cast["arg"], "ParamRef") === undefined ? "other" : "parameter";
}

/**
 * An insert from a select takes one row, since others may be the same key once more: the row of that number, counted
 * round where there are fewer.
 */
function insertOneRow(insert: Tree, row: number): Tree {
  const select = child(insert["selectStmt"], "SelectStmt");
  if (select === undefined || list(select, "valuesLists").length > 0 || select["limitCount"] !== undefined)
    return insert;
  const offset = conditionOf(`(select ${String(row)} % greatest(count(*), 1) from (select) as counted)`);
  const inside = child(child(child(offset, "SubLink"), "subselect"), "SelectStmt");
  const from = child(list(inside, "fromClause")[0], "RangeSubselect");
  const counted = { ...from, subquery: { SelectStmt: select } };
  const limit = {
    limitOption: "LIMIT_OPTION_COUNT",
    limitCount: { A_Const: { ival: { ival: 1 } } },
    limitOffset: {
      SubLink: {
        ...child(offset, "SubLink"),
        subselect: { SelectStmt: { ...inside, fromClause: [{ RangeSubselect: counted }] } },
      },
    },
  };
  return { ...insert, selectStmt: { SelectStmt: { ...select, ...limit } } };
}

/** An update or delete without conditions would write every row, and fail where any of them does not fit. */
function writeOneRow(write: Tree, { row, tables }: { row: number; tables: readonly Table[] }): Tree {
  const relation = child(write, "relation");
  const name = text(relation, "relname");
  if (name === undefined) return write;
  const schema = text(relation, "schemaname");
  const known = tables.find((one) => one.name === name && (schema === undefined || one.schema === schema));
  // By key, since the place of a row is another one after a backfill.
  const key = known?.uniques[0]?.map(quoteIdentifier).join(", ") ?? "ctid";
  const table = schema === undefined ? quoteIdentifier(name) : quoteQualified(schema, name);
  const alias = quoteIdentifier(text(child(relation, "alias"), "aliasname") ?? name);
  const picked = conditionOf(
    `${alias}.ctid = (select ctid from ${table} order by ${key} limit 1 offset ${String(row)})`,
  );
  const condition = write["whereClause"];
  const args = condition === undefined ? [picked] : [condition, picked];
  return { ...write, whereClause: { BoolExpr: { boolop: "AND_EXPR", args } } };
}

/** `refunding = refunding - amount` of rows that do not belong together may lead below zero. */
function standStill(update: Tree): Tree {
  const targetList = list(update, "targetList").map((item) => {
    const target = child(item, "ResTarget");
    const change = child(target?.["val"], "A_Expr");
    const column = names(list(child(change?.["lexpr"], "ColumnRef"), "fields")).at(-1);
    const isStep = ["+", "-"].includes(names(list(change, "name")).join());
    return isStep && column === text(target, "name")
      ? { ResTarget: { ...target, val: change?.["lexpr"] } }
      : item;
  });
  return { ...update, targetList };
}

function conditionOf(sql: string): unknown {
  const [statement] = parseStatements(`select where ${sql}`, "a condition");
  return child(statement?.node, "SelectStmt")?.["whereClause"];
}
