import type { Constraint } from "../catalog/table.ts";
import { relationKey } from "./draft.ts";
import type { ChangeModel, TableChange } from "./model.ts";
import { goesOver } from "./steps/taken-over.ts";
import type { DropConstraint, Operation } from "./operation.ts";

/** Whether a constraint stands on a unique index, which foreign keys may point to. */
export function isKey({ kind }: Constraint): boolean {
  return kind === "primary" || kind === "unique";
}

/** The operation that drops a constraint of a table by its name. */
export function dropOfConstraint(
  operations: readonly Operation[],
  { relation }: TableChange,
  name: string,
): DropConstraint | undefined {
  return operations.find(
    (each): each is DropConstraint =>
      each.kind === "drop-constraint" &&
      each.name === name &&
      relationKey(each.table) === relationKey(relation),
  );
}

/** The operation that drops the key which a foreign key of before the change points to; undefined where that stays. */
export function dropOfKeyBehind(
  { referenced }: Constraint,
  { tables, operations }: Pick<ChangeModel, "tables" | "operations">,
): DropConstraint | undefined {
  if (referenced === null) return undefined;
  const change = tables.get(relationKey(referenced));
  const columns = JSON.stringify(referenced.columns.toSorted());
  const key = change?.before.constraints.find(
    (each) => isKey(each) && JSON.stringify(each.columns.toSorted()) === columns,
  );
  return change === undefined || key === undefined
    ? undefined
    : dropOfConstraint(operations, change, key.name);
}

/**
 * Whether a foreign key is there before and after under one name and was made anew in between: it was dropped,
 * or went with the key that it points to.
 */
export function isRemade(
  name: string,
  change: TableChange,
  model: Pick<ChangeModel, "tables" | "operations">,
): boolean {
  const before = change.before.constraints.find((each) => each.name === name);
  const after = change.after?.constraints.find((each) => each.name === name);
  if (before?.kind !== "foreign" || after?.kind !== "foreign") return false;
  if (goesOver(name, change, model)) return false;
  return (
    dropOfConstraint(model.operations, change, name) !== undefined ||
    dropOfKeyBehind(before, model) !== undefined
  );
}
