import type { Table } from "../rows/read-tables.ts";
import { child, isTree, list, names, text, type Tree } from "../../sql/tree.ts";
import { columnPlace, relationsOf, tableOf, type ColumnPlace, type Relations } from "./relations.ts";

/** What a parameter stands for in its statement. */
export type ParameterUse =
  /** A column of a new row; `row` tells the rows of one insert apart. */
  | { kind: "insert"; place: ColumnPlace; row: number }
  /** A column's new value. */
  | { kind: "set"; place: ColumnPlace }
  /** Compared with a column. */
  | { kind: "compare"; place: ColumnPlace }
  | { kind: "limit" }
  | { kind: "offset" };

/** Which use counts where a parameter has several. */
const precedence = ["limit", "offset", "insert", "compare", "set"] as const;

/** The uses of a statement's parameters, by their numbers; a parameter that stands in no such place is left out. */
export function parameterUses(node: unknown, tables: readonly Table[]): Map<number, ParameterUse> {
  const relations = relationsOf(node, tables);
  const found: [number, ParameterUse][] = [];
  const note = (expression: unknown, use: ParameterUse): void => {
    for (const number of parametersIn(expression)) found.push([number, use]);
  };
  walk(node, { tables, relations, note });
  const uses = new Map<number, ParameterUse>();
  for (const kind of precedence) {
    for (const [number, use] of found) if (use.kind === kind && !uses.has(number)) uses.set(number, use);
  }
  return uses;
}

interface Walk {
  tables: readonly Table[];
  relations: Relations;
  note: (expression: unknown, use: ParameterUse) => void;
}

function walk(value: unknown, context: Walk): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, context);
    return;
  }
  if (!isTree(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "InsertStmt") noteInsert(member, context);
    else if (key === "UpdateStmt") {
      noteAssignments(
        list(member, "targetList"),
        tableOf(child(member, "relation"), context.tables),
        context,
      );
    } else if (key === "A_Expr") noteComparison(member, context);
    else if (key === "SubLink") noteMembership(member, context);
    else if (key === "limitCount") context.note(member, { kind: "limit" });
    else if (key === "limitOffset") context.note(member, { kind: "offset" });
    walk(member, context);
  }
}

function noteInsert(statement: unknown, context: Walk): void {
  const table = tableOf(child(statement, "relation"), context.tables);
  if (table === undefined) return;
  const listed = list(statement, "cols").map((column) => text(child(column, "ResTarget"), "name") ?? "");
  const columns = listed.length > 0 ? listed : table.columns.map(({ name }) => name);
  insertedRows(child(child(statement, "selectStmt"), "SelectStmt")).forEach((values, row) => {
    values.forEach((value, index) => {
      const column = columns[index];
      if (column !== undefined) context.note(value, { kind: "insert", place: { table, column }, row });
    });
  });
  noteAssignments(list(child(statement, "onConflictClause"), "targetList"), table, context);
}

/** The lists of expressions that an insert takes its rows from. */
function insertedRows(select: Tree | undefined): (readonly unknown[])[] {
  if (select === undefined) return [];
  const rows = list(select, "valuesLists").map((values) => list(child(values, "List"), "items"));
  const targets = list(select, "targetList").map((target) => child(child(target, "ResTarget"), "val"));
  const both = [child(select, "larg"), child(select, "rarg")].flatMap((side) => insertedRows(side));
  return [...rows, ...(targets.length > 0 ? [targets] : []), ...both];
}

function noteAssignments(targets: readonly unknown[], table: Table | undefined, context: Walk): void {
  if (table === undefined) return;
  for (const target of targets) {
    const assignment = child(target, "ResTarget");
    const column = text(assignment, "name");
    if (column === undefined) continue;
    const value = child(assignment, "val");
    const several = child(value, "MultiAssignRef");
    const position = several?.["colno"];
    const row = child(child(several, "source"), "RowExpr");
    const one = typeof position === "number" ? list(row, "args")[position - 1] : value;
    context.note(one, { kind: "set", place: { table, column } });
  }
}

function noteComparison(comparison: unknown, { relations, note }: Walk): void {
  const left = child(comparison, "lexpr");
  const right = child(comparison, "rexpr");
  const pair = (column: unknown, parameter: unknown): void => {
    const place = columnIn(column, relations);
    if (place !== undefined) note(parameter, { kind: "compare", place });
  };
  const lefts = list(child(left, "RowExpr"), "args");
  const rights = list(child(right, "RowExpr"), "args");
  if (lefts.length > 0 && lefts.length === rights.length) {
    lefts.forEach((item, index) => {
      pair(item, rights[index]);
      pair(rights[index], item);
    });
    return;
  }
  pair(left, right);
  pair(right, left);
}

/** `$1 in (select …)`, `$1 = any (select …)`. */
function noteMembership(membership: unknown, { relations, note }: Walk): void {
  const select = child(child(membership, "subselect"), "SelectStmt");
  const [first] = list(select, "targetList");
  const place = columnIn(child(child(first, "ResTarget"), "val"), relations);
  const test = child(membership, "testexpr");
  if (place !== undefined && test !== undefined) note(test, { kind: "compare", place });
}

/** Functions whose result is as good a value of the column as their argument. */
const transparent = new Set([
  "lower",
  "upper",
  "trim",
  "btrim",
  "nullif",
  "coalesce",
  "string_to_array",
  "unnest",
]);

/** What an expression is made of that has the expression's own kind of value: under casts, coalesce and the like. */
function parts(expression: unknown): unknown[] {
  if (Array.isArray(expression)) return expression;
  if (!isTree(expression)) return [];
  const call = child(expression, "FuncCall");
  if (call !== undefined) {
    return transparent.has(names(list(call, "funcname")).at(-1) ?? "") ? [...list(call, "args")] : [];
  }
  const operator = child(expression, "A_Expr");
  if (operator !== undefined) {
    return text(operator, "kind") === "AEXPR_NULLIF" ? [child(operator, "lexpr")] : [];
  }
  const cases = child(expression, "CaseExpr");
  if (cases !== undefined) {
    const results = list(cases, "args").map((one) => child(child(one, "CaseWhen"), "result"));
    return [...results, child(cases, "defresult")];
  }
  return [
    child(child(expression, "TypeCast"), "arg"),
    ...list(child(expression, "CoalesceExpr"), "args"),
    ...list(child(expression, "MinMaxExpr"), "args"),
    ...list(child(expression, "List"), "items"),
    ...list(child(expression, "A_ArrayExpr"), "elements"),
  ];
}

function parametersIn(expression: unknown): number[] {
  const number = child(expression, "ParamRef")?.["number"];
  if (typeof number === "number") return [number];
  return parts(expression).flatMap(parametersIn);
}

function columnIn(expression: unknown, relations: Relations): ColumnPlace | undefined {
  const reference = child(expression, "ColumnRef");
  if (reference !== undefined) return columnPlace(reference, relations);
  for (const part of parts(expression)) {
    const found = columnIn(part, relations);
    if (found !== undefined) return found;
  }
  return undefined;
}
