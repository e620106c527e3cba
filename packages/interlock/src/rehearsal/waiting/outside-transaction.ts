import type { Node } from "libpg-query";
import { isTree, list, text, type Tree, child } from "../../sql/tree.ts";

/**
 * The lock on a table of a statement that can't be in a transaction, so that nobody can look while it is held:
 * from PostgreSQL's manual, section 13.3.1 and the pages of these commands. Undefined for what locks no table of
 * the user's. `isRewritten`: whether the table has another file after it.
 */
export function modeOutsideTransaction(node: Node, isRewritten: boolean): string | undefined {
  // VACUUM FULL and CLUSTER of all tables.
  if (isRewritten) return "AccessExclusiveLock";
  const [kind = ""] = Object.keys(node);
  switch (kind) {
    case "IndexStmt":
    case "VacuumStmt":
    case "AlterTableStmt":
    case "DropStmt":
      return "ShareUpdateExclusiveLock";
    case "ReindexStmt":
      return JSON.stringify(list(child(node, kind), "params")).includes("concurrently")
        ? "ShareUpdateExclusiveLock"
        : "ShareLock";
    default:
      return undefined;
  }
}

/** The tables that a statement names, as [schema or null, name]. */
export function namedTables(node: unknown): (readonly [string | null, string])[] {
  if (Array.isArray(node)) return node.flatMap(namedTables);
  if (!isTree(node)) return [];
  const name = text(node, "relname");
  if (name !== undefined) return [[text(node, "schemaname") ?? null, name]];
  return Object.values(node as Tree).flatMap(namedTables);
}
