import { deparseSync } from "pgsql-deparser";
import type { Node } from "libpg-query";
import { parseStatements } from "../sql/parse.ts";
import { Failure } from "../std/failure.ts";

/** An SQL expression over one row, as PostgreSQL's own parser makes it. */
export type Expression = Node;

/** Any part of a parse tree. */
type Tree = unknown;

/**
 * Reads an expression. `source` names it in errors.
 * Throws `Failure` "sql-does-not-parse", or "mapping-not-valid" for anything that is more than one expression.
 */
export function parseExpression(text: string, source: string): Expression {
  const [statement, ...others] = parseStatements(`select (${text}\n)`, source);
  const select = fields(fields(statement?.node)["SelectStmt"]);
  const targets = select["targetList"];
  const value = Array.isArray(targets) && targets.length === 1 ? fields(fields(targets[0])["ResTarget"]) : {};
  const extra = Object.keys(select).filter((key) => !["targetList", "limitOption", "op"].includes(key));
  if (others.length > 0 || extra.length > 0 || value["val"] === undefined) {
    throw new Failure({
      code: "mapping-not-valid",
      message: `${source}: "${text}" is not one expression.`,
      state: "Nothing was run and nothing was changed.",
      next: "Write one SQL expression over the row's columns, in parentheses.",
    });
  }
  return value["val"] as Expression;
}

/**
 * The expression as SQL. The printed text is parsed again and compared, so that what is printed is what was
 * meant, whatever the printer does.
 */
export function printExpression(expression: Expression): string {
  const text = deparseSync(selectOf(expression), { pretty: false })
    .replace(/;\s*$/, "")
    .replace(/^SELECT\s+/, "");
  const again = parseExpression(text, text);
  if (canonical(again) !== canonical(expression)) {
    throw new Failure({
      code: "cannot-plan",
      message: `The expression ${text} can't be printed as it was read.`,
      state: "Nothing was run and nothing was changed.",
      next: "Write the mapping in another form, with plain operators and function calls.",
    });
  }
  return text;
}

/** The names of the columns that it may read, whether bare or behind the table's name. */
export function columnsOf(expression: Expression, { table }: { table: string }): Set<string> {
  const names = new Set<string>();
  visit(expression, (reference) => {
    const name = columnName(reference, table);
    if (name !== undefined) names.add(name);
  });
  return names;
}

/** The expression with columns of the table replaced: `replace` answers undefined to leave one as it is. */
export function replaceColumns(
  expression: Expression,
  { table, replace }: { table: string; replace: (column: string) => Expression | undefined },
): Expression {
  return rewrite(expression, (reference) => {
    const name = columnName(reference, table);
    return name === undefined ? undefined : replace(name);
  }) as Expression;
}

/** Whether it has a query of its own inside, in which a bare name may mean another table's column. */
export function hasQuery(expression: Expression): boolean {
  return some(expression, (key) => key === "SubLink");
}

/** The column it is, when it is nothing but one column, maybe cast. */
export function onlyColumn(expression: Expression, { table }: { table: string }): string | undefined {
  const node = fields(expression);
  if (node["TypeCast"] !== undefined) {
    return onlyColumn(fields(node["TypeCast"])["arg"] as Expression, { table });
  }
  return node["ColumnRef"] === undefined ? undefined : columnName(fields(node["ColumnRef"]), table);
}

/** Functions of PostgreSQL's own that give a value for every argument. */
const totalFunctions = new Set(
  "lower upper length btrim ltrim rtrim concat md5 left right replace now gen_random_uuid".split(" "),
);

/**
 * Whether it gives a value for every row, so that a live write can't fail because of it: columns, constants,
 * comparisons, IS NULL, IN, AND/OR/NOT, CASE, COALESCE, casts to text or of constants, and a few functions.
 * Other casts, arithmetic and functions may raise.
 */
export function neverRaises(expression: Expression): boolean {
  return !some(expression, (key, value) => {
    const node = fields(value);
    if (["SubLink", "A_Indirection"].includes(key)) return true;
    if (key === "TypeCast") {
      const type = lastName(fields(node["typeName"])["names"]);
      return type !== "text" && fields(node["arg"])["A_Const"] === undefined;
    }
    if (key === "FuncCall") return !totalFunctions.has(lastName(node["funcname"]));
    if (key !== "A_Expr") return false;
    const { kind, name } = node;
    if (!["AEXPR_OP", "AEXPR_IN", "AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT"].includes(String(kind))) return true;
    return kind === "AEXPR_OP" && !["=", "<>", "<", ">", "<=", ">=", "||"].includes(lastName(name));
  });
}

export function column(name: string): Expression {
  return { ColumnRef: { fields: [{ String: { sval: name } }] } };
}

/** A column behind its table's name. */
export function columnOf(table: string, name: string): Expression {
  return { ColumnRef: { fields: [{ String: { sval: table } }, { String: { sval: name } }] } };
}

/** `case when condition then value else otherwise end`. */
export function choose(condition: Expression, value: Expression, otherwise: Expression): Expression {
  return { CaseExpr: { args: [{ CaseWhen: { expr: condition, result: value } }], defresult: otherwise } };
}

export const nothing: Expression = { A_Const: { isnull: true } };

/** A parse tree's node as its fields, for reading it without trusting its shape. */
export function fields(tree: Tree): Record<string, unknown> {
  return typeof tree === "object" && tree !== null ? (tree as Record<string, unknown>) : {};
}

function selectOf(expression: Expression): Node {
  return {
    SelectStmt: {
      targetList: [{ ResTarget: { val: expression } }],
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    },
  };
}

function lastName(name: unknown): string {
  const last = Array.isArray(name) ? name.at(-1) : undefined;
  return String(fields(fields(last)["String"])["sval"]);
}

function columnName(reference: Record<string, unknown>, table: string): string | undefined {
  const parts = (Array.isArray(reference["fields"]) ? reference["fields"] : []).map((part) => {
    const text = fields(fields(part)["String"])["sval"];
    return typeof text === "string" ? text : undefined;
  });
  if (parts.some((part) => part === undefined)) return undefined;
  const name = parts.at(-1);
  return parts.length === 1 || parts.at(-2) === table ? name : undefined;
}

function visit(tree: Tree, found: (reference: Record<string, unknown>) => void): void {
  if (Array.isArray(tree)) for (const item of tree) visit(item, found);
  else {
    for (const [key, value] of Object.entries(fields(tree))) {
      if (key === "ColumnRef") found(fields(value));
      else visit(value, found);
    }
  }
}

function some(tree: Tree, test: (key: string, value: unknown) => boolean): boolean {
  if (Array.isArray(tree)) return tree.some((item) => some(item, test));
  return Object.entries(fields(tree)).some(([key, value]) => test(key, value) || some(value, test));
}

function rewrite(tree: Tree, replace: (reference: Record<string, unknown>) => Tree | undefined): Tree {
  if (Array.isArray(tree)) return tree.map((item) => rewrite(item, replace));
  if (typeof tree !== "object" || tree === null) return tree;
  const node = fields(tree);
  if (node["ColumnRef"] !== undefined) return replace(fields(node["ColumnRef"])) ?? tree;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, rewrite(value, replace)]));
}

/** A tree without the positions of its parts in the text. */
function canonical(tree: Tree): string {
  return JSON.stringify(tree, (key, value: unknown) => {
    if (key === "location" || key === "rexpr_list_start" || key === "rexpr_list_end") return undefined;
    if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  });
}
