import type { Assembled } from "./assemble.ts";
import { relationKey } from "./draft.ts";
import type { ChangeModel } from "./model.ts";
import { columnKey } from "./workload-use.ts";

/**
 * Columns, by "schema.name" of their tables, that get a default where they had none, before the old version is gone
 * and though it leaves them out: its rows have null or the default, as they would on either side of the migration.
 */
export function eitherDefaults(
  model: ChangeModel,
  { phases, origins }: Pick<Assembled, "phases" | "origins">,
): ReadonlyMap<string, readonly string[]> {
  const early = new Set(phases.expand.flatMap(({ id }) => origins.get(id) ?? []));
  const found = new Map<string, string[]>();
  for (const operation of model.operations) {
    if (operation.kind !== "set-default" || !early.has(operation.index)) continue;
    const { table, column } = operation;
    const before = model.tables.get(relationKey(table))?.before.columns.find(({ name }) => name === column);
    if (before?.default !== null || !model.leftToDefault.old.has(columnKey(table, column))) continue;
    const name = `${table.schema}.${table.name}`;
    found.set(name, [...(found.get(name) ?? []), column]);
  }
  return found;
}
