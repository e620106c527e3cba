import type { Operation } from "./operation.ts";

const dataNames = [
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "SelectStmt",
  "CopyStmt",
  "TruncateStmt",
  "DoStmt",
  "CallStmt",
];

/** Whether a migration may change rows by statements of its own, as opposed to what structure does to them. */
export function changesRows(operations: readonly Operation[]): boolean {
  return operations.some(
    (each) =>
      each.kind === "update-rows" ||
      (each.kind === "pass-through" && Object.keys(each.node).some((name) => dataNames.includes(name))),
  );
}
