import type { Node } from "libpg-query";
import { child, findFirst, isTree, text } from "../sql/tree.ts";

/** sqlc, aiosql, pugsql and many a team's own convention: `-- name: GetUser :one`. */
const nameComment = /^name:\s*([\w.$/-]+)/i;

/** The name that a comment gives to its statement: `name: list-payments`; undefined where it gives none. */
export function nameFromComment(comment: string): string | undefined {
  return nameComment.exec(comment.trim())?.[1];
}

const verbs: Readonly<Record<string, string>> = {
  SelectStmt: "select",
  InsertStmt: "insert",
  UpdateStmt: "update",
  DeleteStmt: "delete",
  MergeStmt: "merge",
  CallStmt: "call",
  CopyStmt: "copy",
  TruncateStmt: "truncate",
  LockStmt: "lock",
  RefreshMatViewStmt: "refresh",
};

/** A readable name from what the statement does and to which relation: `insert-payments`, `select-now`. */
export function describeStatement(node: Node): string {
  const [[type, body] = ["", undefined]] = Object.entries(node);
  const verb = verbs[type] ?? "statement";
  const target = child(body, "relation") ?? relationOf(body) ?? findFirst(body, ["RangeVar"]);
  const subject = text(target, "relname") ?? functionName(body);
  return subject === undefined ? verb : `${verb}-${slug(subject)}`;
}

/** What a query reads from first, before what its common table expressions and sub-selects read. */
function relationOf(body: unknown): unknown {
  if (!isTree(body)) return undefined;
  return findFirst(body["fromClause"], ["RangeVar"]) ?? findFirst(body["larg"], ["RangeVar"]);
}

function functionName(body: unknown): string | undefined {
  const names = findFirst(body, ["FuncCall", "funccall"])?.["funcname"];
  const last: unknown = Array.isArray(names) ? names.at(-1) : undefined;
  return text(child(last, "String"), "sval");
}

function slug(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}_]+/gu, "-");
}

/** `base`, or `base-2`, `base-3` …: the first that is not taken. It is taken afterwards. */
export function takeName(base: string, taken: Set<string>): string {
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}-${String(count)}`;
  taken.add(name);
  return name;
}
