import type { ChangeModel, TableChange } from "../model.ts";
import type { ChangeObject, ChangeType, PassThrough } from "../operation.ts";
import { fields } from "../expression.ts";
import type { Relation } from "../plan.ts";
import { changesOf, objectOperations } from "./recreated.ts";
import { remakeDependants, type Remaking } from "./remake-dependants.ts";

type Whole = Pick<ChangeModel, "objects" | "operations" | "effects">;

/** What stands on a column whose type changes. */
export function remakeOf({ table, column }: ChangeType, model: Pick<ChangeModel, "objects">): Remaking {
  return remakeColumn(table, column, model);
}

/** What stands on a column that keeps its name. */
export function remakeColumn(
  relation: Relation,
  column: string,
  model: Pick<ChangeModel, "objects">,
): Remaking {
  return remakeDependants(model, { relation, before: [column], after: [column] });
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
 * What the change itself makes on a column that it renames: it may stand on the copy, which goes. Everything else
 * follows the column to its new name.
 */
export function remakeRenamed({ relation, renamed }: TableChange, model: Whole): Remaking {
  const only = new Set(
    objectOperations(model).flatMap((each) => changesOf(each, model).map(({ identity }) => identity)),
  );
  const before = [...renamed.values()].map(({ from }) => from);
  return remakeDependants(model, { relation, before, after: [...renamed.keys()], only });
}

/** A step that makes again what stands on columns, with its table and its place. */
export interface RemakingStep {
  table: Relation;
  /** The operation that changes the column. */
  order: number;
  /** Of which change of a column it is part. */
  of: "type" | "name";
  /** Whether it stands in contract: a type that is changed in place is changed in expand. */
  isFinal: boolean;
}

/**
 * The step that does what a statement says as part of its own transaction. PostgreSQL refuses to change the type
 * of a column that a view, a policy, a trigger or the like stands on, so the migration drops them before and makes
 * them again after; and what the change makes on a renamed column is made again when that gets its name.
 * Undefined where the statement is about anything else.
 */
export function remadeWith(
  operation: ChangeObject | PassThrough,
  model: ChangeModel,
): RemakingStep | undefined {
  const changed = changesOf(operation, model);
  if (changed.length === 0 || !isOnlyAboutObjects(operation)) return undefined;
  const includes = ({ identities }: Remaking): boolean =>
    changed.every(({ identity }) => identities.has(identity));
  const type = model.operations.find(
    (each): each is ChangeType => each.kind === "change-type" && includes(remakeOf(each, model)),
  );
  if (type !== undefined) {
    const isFinal = [...model.tables.values()].some(({ replacements }) =>
      replacements.some(({ order }) => order === type.index),
    );
    return { table: type.table, order: type.index, of: "type", isFinal };
  }
  const renaming = [...model.tables.values()].find(
    (change) => change.renamed.size > 0 && includes(remakeRenamed(change, model)),
  );
  const [first] = renaming === undefined ? [] : renaming.renamed.values();
  return renaming === undefined || first === undefined
    ? undefined
    : { table: renaming.relation, order: first.order, of: "name", isFinal: true };
}

/** Whether a statement does nothing but what it does to views, functions, triggers and the like. */
function isOnlyAboutObjects({ node }: ChangeObject | PassThrough): boolean {
  const [name = "", body] = Object.entries(node)[0] ?? [];
  if (name === "DropStmt") return fields(body)["behavior"] !== "DROP_CASCADE";
  return name !== "AlterTableStmt" || fields(body)["objtype"] === "OBJECT_VIEW";
}
