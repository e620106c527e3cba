import type { Column, Table } from "../catalog/table.ts";
import { displayName, quoteIdentifier } from "../sql/quote.ts";
import { Failure } from "../std/failure.ts";
import { remakeColumn } from "./dependants/remade-with.ts";
import { relationKey, sameRelation } from "./draft.ts";
import { parseExpression, type Expression } from "./expression.ts";
import type { ChangeModel, TableChange } from "./model.ts";
import { shownName, temporaryName } from "./names.ts";
import type { ChangeType } from "./operation.ts";
import type { Relation } from "./plan.ts";

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
    if (change?.after === undefined) continue;
    const holding = withPartitions(change.before, model);
    if (!rewrites.some((relation) => holding.some((each) => sameRelation(relation, each)))) continue;
    if (change.added.has(operation.column)) continue;
    replace(operation, change, model);
  }
}

/** A table, and what holds its rows where it is partitioned. */
function withPartitions({ schema, name, partitions }: Table, model: Pick<ChangeModel, "tables">): Relation[] {
  const below = partitions.flatMap((each) => {
    const partition = model.tables.get(relationKey(each))?.before;
    return partition === undefined ? [] : withPartitions(partition, model);
  });
  return [{ schema, name }, ...below];
}

function replace(operation: ChangeType, change: TableChange, model: ChangeModel): void {
  const { column: name, index } = operation;
  const before = change.before.columns.find((column) => column.name === name);
  const after = change.after?.columns.find((column) => column.name === name);
  const source = `${operation.file}:${String(operation.line)}`;
  if (before === undefined || after === undefined) {
    throw cannotReplace(change, name, source, "it is renamed, added or dropped in the same change");
  }
  const refusal = obstacleOf({ change, model, column: name, source });
  if (refusal !== undefined) throw refusal;
  change.replacements.push({
    column: name,
    hidden: temporaryName("new", change.relation, name),
    type: after.type,
    up: operation.using ?? parseExpression(`${quoteIdentifier(name)}::${after.type}`, source),
    source,
    order: index,
    ...takeDown(change, name),
  });
}

/** What a comment says about the way back: it counts only where both versions write the column. */
function takeDown(change: TableChange, column: string): { givenDown?: Expression } {
  const given = change.groups.flatMap(({ down }) => down).find((mapping) => mapping.column === column);
  if (given === undefined) return {};
  change.groups = change.groups
    .map(({ up, down }) => ({ up, down: down.filter((mapping) => mapping !== given) }))
    .filter(({ up, down }) => up.length + down.length > 0);
  return { givenDown: given.expression };
}

/** The refusal of a column that no hidden one can take the place of, with the reason. */
export function obstacleOf({
  change,
  model,
  column,
  source,
}: {
  change: TableChange;
  model: Pick<ChangeModel, "objects">;
  column: string;
  source: string;
}): Failure | undefined {
  const [before, after] = [change.before, change.after].map((table) =>
    table?.columns.find(({ name }) => name === column),
  );
  if (before === undefined || after === undefined) return undefined;
  const obstacle = findObstacle({ change, model }, before, after);
  return obstacle === undefined ? undefined : cannotReplace(change, column, source, obstacle);
}

/** What depends on the column and would not survive the change of columns. */
function findObstacle(
  { change, model }: { change: TableChange; model: Pick<ChangeModel, "objects"> },
  before: Column,
  after: Column,
): string | undefined {
  const table = change.before;
  const [obstacle] = remakeColumn(change.relation, before.name, model).obstacles;
  if (obstacle !== undefined)
    return `the ${obstacle.object} stands on it, and ${obstacle.why}: drop it before and create it again after, in changes of their own`;
  if (before.generated !== null || after.generated !== null) return "it is a generated column";
  const generated = change.after?.columns.find(
    (column) => column.generated !== null && column.default?.includes(before.name) === true,
  );
  if (generated !== undefined) return `the generated column ${displayName(generated.name)} reads it`;
  if (before.identity !== after.identity) return "it becomes or ceases to be an identity column as well";
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
