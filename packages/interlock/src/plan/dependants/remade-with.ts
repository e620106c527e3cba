import { fields } from "../expression.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import type { ChangeType, PassThrough } from "../operation.ts";
import { remakeDependants, type Remaking } from "./remake-dependants.ts";

/** What stands on a column whose type changes. */
export function remakeOf({ table, column }: ChangeType, model: Pick<ChangeModel, "objects">): Remaking {
  return remakeDependants(model, { relation: table, before: [column], after: [column] });
}

/** What stands on any of the columns of a table that others take the place of. */
export function remakeReplaced(
  { relation, replacements }: TableChange,
  model: Pick<ChangeModel, "objects">,
): Remaking {
  const columns = replacements.map(({ column }) => column);
  return remakeDependants(model, { relation, before: columns, after: columns });
}

/**
 * The change of a type that a statement is there for: PostgreSQL refuses it while a view, a policy, a trigger or
 * the like stands on the column, so the migration drops them before and makes them again after. The change of the
 * type does both in its own transaction. Undefined where the statement is about anything else.
 */
export function remadeWith(operation: PassThrough, model: ChangeModel): ChangeType | undefined {
  const changed = model.effects.get(operation.index)?.objects ?? [];
  if (changed.length === 0 || !isOnlyAboutObjects(operation)) return undefined;
  return model.operations.find((each): each is ChangeType => {
    if (each.kind !== "change-type") return false;
    const { identities } = remakeOf(each, model);
    return changed.every(({ identity }) => identities.has(identity));
  });
}

/** Whether a statement does nothing but what it does to views, functions, triggers and the like. */
export function isOnlyAboutObjects({ node }: PassThrough): boolean {
  const [name = "", body] = Object.entries(node)[0] ?? [];
  if (name === "DropStmt") return fields(body)["behavior"] !== "DROP_CASCADE";
  if (name === "AlterTableStmt") return fields(body)["objtype"] === "OBJECT_VIEW";
  return true;
}
