import { parseStatements, scanTokens } from "../../sql/parse.ts";
import { child, isTree, list, type Tree } from "../../sql/tree.ts";
import { renumber, replaceParts } from "./placeholders.ts";

/**
 * `select date_trunc($1, at) … group by date_trunc($2, at)`: what was one expression to PostgreSQL is two, since
 * pg_stat_statements numbers every constant by itself, or leaves it in one of the places. Gives constants in
 * equal expressions of `group by`, `distinct on` and `order by` and of what is selected one placeholder again.
 * A text that does not parse comes back as it is.
 */
export function alignGroups(sql: string): string {
  let statements;
  try {
    statements = parseStatements(sql, "a statement");
  } catch {
    return sql;
  }
  const same = new Same();
  for (const { node } of statements) visit(node, same);
  if (same.size === 0) return sql;
  const numberAt = same.numbers();
  const replacements = scanTokens(sql).flatMap((token) => {
    const number = numberAt.get(token.start);
    return number === undefined ? [] : [{ start: token.start, end: token.end, text: `$${String(number)}` }];
  });
  return renumber(replaceParts(sql, replacements));
}

/** A constant or a placeholder, by where it stands. */
interface Leaf {
  at: number;
  /** Of a placeholder. */
  number: number | undefined;
}

/** Which leaves mean the same. */
class Same {
  readonly #sets = new Map<number, Set<Leaf>>();

  get size(): number {
    return this.#sets.size;
  }

  join(left: Leaf, right: Leaf): void {
    const joined = new Set([
      left,
      right,
      ...(this.#sets.get(left.at) ?? []),
      ...(this.#sets.get(right.at) ?? []),
    ]);
    for (const { at } of joined) this.#sets.set(at, joined);
  }

  /** The number that every leaf gets, by its place; a set without a placeholder stays as it is. */
  numbers(): Map<number, number> {
    const numbers = new Map<number, number>();
    for (const [at, set] of this.#sets) {
      const known = [...set].flatMap(({ number }) => number ?? []);
      if (known.length > 0) numbers.set(at, Math.min(...known));
    }
    return numbers;
  }
}

const grouping = ["groupClause", "distinctClause", "sortClause"];

function visit(node: unknown, same: Same): void {
  if (Array.isArray(node)) for (const item of node) visit(item, same);
  if (!isTree(node)) return;
  const select = child(node, "SelectStmt") ?? (Array.isArray(node["targetList"]) ? node : undefined);
  if (select !== undefined) alignSelect(select, same);
  for (const member of Object.values(node)) visit(member, same);
}

function alignSelect(select: Tree, same: Same): void {
  const wanted = grouping.flatMap((clause) => [...expressions(list(select, clause))]);
  if (wanted.length === 0) return;
  const places = [select["targetList"], select["havingClause"], ...grouping.map((clause) => select[clause])];
  const byShape = new Map<string, Leaf[]>();
  for (const expression of wanted) {
    const leaves = leavesOf(expression);
    if (leaves.length > 0) byShape.set(shapeOf(expression), leaves);
  }
  for (const expression of expressions(places)) {
    const known = byShape.get(shapeOf(expression));
    if (known === undefined) continue;
    for (const [index, leaf] of leavesOf(expression).entries()) {
      const other = known[index];
      if (other !== undefined && other.at !== leaf.at) same.join(other, leaf);
    }
  }
}

/** Expressions that compute something; a constant by itself is a position (`order by 1`) or says nothing. */
const computing = new Set([
  "FuncCall",
  "CaseExpr",
  "A_Expr",
  "TypeCast",
  "CoalesceExpr",
  "MinMaxExpr",
  "A_ArrayExpr",
]);

function* expressions(node: unknown): Generator<Tree> {
  if (Array.isArray(node)) {
    for (const item of node) yield* expressions(item);
    return;
  }
  if (!isTree(node) || "SelectStmt" in node) return;
  for (const [key, member] of Object.entries(node)) {
    if (computing.has(key) && isTree(member)) yield { [key]: member };
    yield* expressions(member);
  }
}

/** The expression without its constants' and placeholders' values. */
function shapeOf(expression: unknown): string {
  return JSON.stringify(expression, (key, value: unknown) => {
    if (key === "location") return undefined;
    return isTree(value) && (isTree(value["A_Const"]) || isTree(value["ParamRef"])) ? "?" : value;
  });
}

function leavesOf(node: unknown, found: Leaf[] = []): Leaf[] {
  if (Array.isArray(node)) for (const item of node) leavesOf(item, found);
  if (!isTree(node)) return found;
  const constant = child(node, "A_Const");
  const placeholder = child(node, "ParamRef");
  const at = (constant ?? placeholder)?.["location"];
  if (placeholder !== undefined && typeof at === "number") {
    found.push({ at, number: Number(placeholder["number"] ?? 0) });
  } else if (constant !== undefined) {
    // The tree leaves a location of zero out, and a constant is nowhere first in a text.
    if (typeof at === "number") found.push({ at, number: undefined });
  } else {
    for (const member of Object.values(node)) leavesOf(member, found);
  }
  return found;
}
