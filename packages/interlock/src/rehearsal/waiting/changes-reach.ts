import type { Node } from "libpg-query";

/** Statements that leave alone what other statements lock: they add no trigger, rule, policy, key or partition. */
const harmless = new Set([
  "IndexStmt",
  "VariableSetStmt",
  "TransactionStmt",
  "VacuumStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "SelectStmt",
  "CommentStmt",
  "AlterEnumStmt",
  "GrantStmt",
]);

const telling =
  /CONSTR_FOREIGN|AT_(?:Attach|Detach)Partition|AT_(?:Add|Drop)Inherit|RowSecurity|AT_(?:Enable|Disable)|AT_DropConstraint/;

/** Whether, once a statement is committed, other statements may lock other tables than before. */
export function changesReach(node: Node): boolean {
  const [kind = ""] = Object.keys(node);
  if (harmless.has(kind)) return false;
  return kind !== "AlterTableStmt" || telling.test(JSON.stringify(node));
}
