import { sameRelation } from "./draft.ts";
import type { ChangeModel } from "./model.ts";
import type { Relation } from "./plan.ts";
import { updatedColumns } from "./updated-columns.ts";

/** Whether the migration itself sets any of these columns with an UPDATE, for which the table's triggers fire. */
export function isSetByUpdate(
  { operations }: Pick<ChangeModel, "operations">,
  table: Relation,
  columns: readonly string[],
): boolean {
  return operations.some((operation) => {
    if (operation.kind === "pass-through")
      return updatedColumns(operation, table).some((column) => columns.includes(column));
    if (operation.kind !== "update-rows" || !sameRelation(operation.table, table)) return false;
    return operation.assignments.some(({ column }) => columns.includes(column));
  });
}
