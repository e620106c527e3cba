import { relationKey } from "./draft.ts";
import { column as columnReference, replaceColumns, type Expression } from "./expression.ts";
import type { Operation } from "./operation.ts";

/**
 * UPDATEs that come after a rename speak of a column by its new name; until contract it is the old name under which
 * the column itself is there. Takes operations in their order and gives them back so.
 */
export function underOldNames(operations: readonly Operation[]): Operation[] {
  const renamed = new Map<string, Map<string, string>>();
  return operations.map((operation): Operation => {
    if (operation.kind === "rename-column") {
      const names = renamed.get(relationKey(operation.table)) ?? new Map<string, string>();
      names.set(operation.newName, names.get(operation.column) ?? operation.column);
      names.delete(operation.column);
      renamed.set(relationKey(operation.table), names);
    }
    if (operation.kind !== "update-rows") return operation;
    const names = renamed.get(relationKey(operation.table));
    if (names === undefined) return operation;
    const old = (expression: Expression): Expression =>
      replaceColumns(expression, {
        table: operation.table.name,
        replace: (name) => {
          const from = names.get(name);
          return from === undefined ? undefined : columnReference(from);
        },
      });
    return {
      ...operation,
      assignments: operation.assignments.map(({ column, expression }) => ({
        column: names.get(column) ?? column,
        expression: old(expression),
      })),
      where: operation.where === undefined ? undefined : old(operation.where),
    };
  });
}
