import type { Node } from "libpg-query";
import { deparseSync } from "pgsql-deparser";
import { parseStatements } from "../sql/parse.ts";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { child, isTree, list, text, type Tree } from "../sql/tree.ts";

/** What makes a statement worth parsing here: those that PostgreSQL prepares without looking at its catalog. */
const special = /\b(?:copy|truncate|lock|refresh)\b|;/i;

/**
 * The texts to prepare in place of a statement, so that PostgreSQL looks at everything that the statement names.
 * Most statements stand for themselves. COPY, TRUNCATE, LOCK and REFRESH are prepared without a look at their
 * tables, so a query on the same tables and columns stands for them; several statements in one text are prepared
 * one by one, as a simple query runs them.
 */
export function preparable(sql: string): string[] {
  if (!special.test(sql)) return [sql];
  let statements;
  try {
    statements = parseStatements(sql, "a statement");
  } catch {
    // PostgreSQL itself says what is wrong with it.
    return [sql];
  }
  return statements.flatMap(({ sql: one, node }) => {
    const [[kind, body] = ["", undefined]] = Object.entries(node);
    if (!isTree(body)) return [one];
    switch (kind) {
      case "CopyStmt":
        return [copied(body) ?? one];
      case "TruncateStmt":
      case "LockStmt":
        return list(body, "relations").map((item) => `select from ${nameOf(child(item, "RangeVar"))}`);
      case "RefreshMatViewStmt":
        return [`select from ${nameOf(child(body, "relation"))}`];
      case "TransactionStmt":
        return [];
      default:
        return [one];
    }
  });
}

function copied(copy: Tree): string | undefined {
  const query = child(copy, "query");
  if (query !== undefined) return deparseSync(query as unknown as Node, { pretty: false });
  const relation = child(copy, "relation");
  if (relation === undefined) return undefined;
  const columns = list(copy, "attlist").map((item) =>
    quoteIdentifier(text(child(item, "String"), "sval") ?? ""),
  );
  const table = nameOf(relation);
  if (copy["is_from"] !== true)
    return `select ${columns.length === 0 ? "*" : columns.join(", ")} from ${table}`;
  if (columns.length === 0) return `select from ${table}`;
  // COPY may write into an identity column that INSERT would not without the clause.
  return `insert into ${table} (${columns.join(", ")}) overriding system value values (${columns.map((_, at) => `$${String(at + 1)}`).join(", ")})`;
}

function nameOf(relation: unknown): string {
  const parts = ["schemaname", "relname"]
    .map((part) => text(relation, part))
    .filter((part) => part !== undefined);
  return quoteQualified(...parts);
}
