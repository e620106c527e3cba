import type { Statement } from "../sql/parse.ts";

type Tree = Readonly<Record<string, unknown>>;

/** Whether a migration can run in one transaction: it opens none itself, and no statement refuses to be in one. */
export function runsInTransaction(statements: readonly Statement[]): boolean {
  return !statements.some(
    ({ node }, index) =>
      "TransactionStmt" in node ||
      needsOwnTransaction(node) ||
      addsValueUsedLater(node, statements.slice(index + 1)),
  );
}

/** Whether a migration begins or ends transactions itself. */
export function managesTransactions(statements: readonly Statement[]): boolean {
  return statements.some(({ node }) => "TransactionStmt" in node);
}

/** Whether PostgreSQL refuses to run a statement inside a transaction block. */
export function needsOwnTransaction(node: object): boolean {
  const [[kind, body] = ["", undefined]] = Object.entries(node) as [string, unknown][];
  const tree = (typeof body === "object" && body !== null ? body : {}) as Tree;
  switch (kind) {
    case "IndexStmt":
    case "DropStmt":
      return tree["concurrent"] === true;
    case "VacuumStmt":
      return tree["is_vacuumcmd"] === true;
    case "AlterTableStmt":
      return JSON.stringify(tree["cmds"] ?? []).includes('"concurrent":true');
    case "ReindexStmt":
      return (
        JSON.stringify(tree["params"] ?? []).includes("concurrently") ||
        !["REINDEX_OBJECT_INDEX", "REINDEX_OBJECT_TABLE"].includes(String(tree["kind"]))
      );
    case "CreatedbStmt":
    case "DropdbStmt":
    case "AlterSystemStmt":
    case "CreateTableSpaceStmt":
    case "DropTableSpaceStmt":
    case "CreateSubscriptionStmt":
      return true;
    case "ClusterStmt":
      return tree["relation"] === undefined;
    default:
      return false;
  }
}

/** A new enum value can't be used in the transaction that adds it. */
function addsValueUsedLater(node: object, later: readonly Statement[]): boolean {
  const body = (node as Tree)["AlterEnumStmt"];
  const value = typeof body === "object" && body !== null ? (body as Tree)["newVal"] : undefined;
  if (typeof value !== "string") return false;
  const constant = `"sval":${JSON.stringify(value)}`;
  return later.some((statement) => JSON.stringify(statement.node).includes(constant));
}
