import type { Column } from "../catalog/table.ts";
import { displayName, quoteIdentifier } from "../sql/quote.ts";
import { Failure } from "../std/failure.ts";
import { remakeOf } from "./dependants/remade-with.ts";
import { relationKey, sameRelation } from "./draft.ts";
import { parseExpression } from "./expression.ts";
import type { ChangeModel, TableChange } from "./model.ts";
import { shownName, temporaryName } from "./names.ts";
import type { ChangeType } from "./operation.ts";

/**
 * Finds the type changes that write the table anew, and gives each a hidden column that has the new type from
 * the start and takes over the name in the end. Throws `Failure` "cannot-plan" naming what a hidden column
 * could not take over.
 */
export function planReplacements(model: ChangeModel): void {
  for (const operation of model.operations) {
    if (operation.kind !== "change-type") continue;
    const change = model.tables.get(relationKey(operation.table));
    const rewrites = model.effects.get(operation.index)?.rewrites ?? [];
    if (change?.after === undefined || !rewrites.some((relation) => sameRelation(relation, operation.table)))
      continue;
    if (change.added.has(operation.column)) continue;
    replace(operation, change, model);
  }
}

function replace(operation: ChangeType, change: TableChange, model: ChangeModel): void {
  const { column: name, index } = operation;
  const before = change.before.columns.find((column) => column.name === name);
  const after = change.after?.columns.find((column) => column.name === name);
  const source = `${operation.file}:${String(operation.line)}`;
  if (before === undefined || after === undefined) {
    throw cannotReplace(change, name, source, "it is renamed, added or dropped in the same change");
  }
  const obstacle = findObstacle({ operation, change, model }, before, after);
  if (obstacle !== undefined) throw cannotReplace(change, name, source, obstacle);
  change.replacements.push({
    column: name,
    hidden: temporaryName("new", change.relation, name),
    type: after.type,
    up: operation.using ?? parseExpression(`${quoteIdentifier(name)}::${after.type}`, source),
    source,
    order: index,
  });
}

/** What depends on the column and would not survive the change of columns. */
function findObstacle(
  { operation, change, model }: { operation: ChangeType; change: TableChange; model: ChangeModel },
  before: Column,
  after: Column,
): string | undefined {
  const table = change.before;
  const { obstacles } = remakeOf(operation, model);
  const [obstacle] = obstacles;
  if (obstacle !== undefined)
    return `the ${obstacle.object} stands on it, and ${obstacle.why}: drop it before and create it again after, in changes of their own`;
  if (before.generated !== null || after.generated !== null) return "it is a generated column";
  const generated = change.after?.columns.find(
    (column) => column.generated !== null && column.default?.includes(before.name) === true,
  );
  if (generated !== undefined) return `the generated column ${displayName(generated.name)} reads it`;
  if (before.identity !== after.identity) return "it becomes or ceases to be an identity column as well";
  if (table.kind !== "plain") return "the table is partitioned";
  const exclusion = table.constraints.find(
    ({ columns, kind }) => kind === "exclusion" && columns.includes(before.name),
  );
  return exclusion === undefined
    ? undefined
    : `the exclusion constraint ${displayName(exclusion.name)} holds it, which can't be made beside running writes`;
}

function cannotReplace(change: TableChange, column: string, source: string, why: string): Failure {
  return new Failure({
    code: "cannot-plan",
    message: `${source}: the type of ${shownName(change.relation, column)} can't be changed beside running versions.`,
    why: `The change writes the whole table anew, so it needs a second column; but ${why}.`,
    state: "Nothing was run and nothing was changed.",
    next: "Add a new column with a mapping, let the application move over, and drop the old one in a later change.",
  });
}
