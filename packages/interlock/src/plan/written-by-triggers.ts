import type { Workload } from "../workload/workload.ts";
import type { Assembled } from "./assemble.ts";
import { relationKey } from "./draft.ts";
import type { ChangeModel } from "./model.ts";
import { shownName } from "./names.ts";
import { phaseNames, type Relation, type Step } from "./plan.ts";
import { readWorkloadUse } from "./workload-use.ts";

/** Tables whose triggers fire for rows that a step fills, since the migration's own UPDATE would have them fire. */
export function heardTables(steps: readonly Step[], { tables }: ChangeModel): Relation[] {
  const heard = steps.flatMap((step) => {
    if (step.kind !== "backfill" || step.silent === true) return [];
    return tables.get(relationKey(step.relation))?.before.firesOnUpdate === true ? [step.relation] : [];
  });
  return [...new Map(heard.map((relation) => [relationKey(relation), relation])).values()];
}

/**
 * Tables that neither the change nor a statement writes, while triggers fire for rows that are filled: what these
 * write elsewhere depends on how many rows were there to fill. As "schema.name"; none where nothing fires.
 */
export function writtenByTriggers(
  model: ChangeModel,
  { phases }: Pick<Assembled, "phases">,
  workloads: readonly Workload[],
): ReadonlySet<string> {
  const steps = phaseNames.flatMap((phase) => phases[phase]);
  if (heardTables(steps, model).length === 0) return new Set();
  const tables = [...model.tables.values()].map(({ before }) => before);
  const { written } = readWorkloadUse(workloads, tables);
  const touched = new Set([
    ...written.keys(),
    ...steps.flatMap(({ relations }) => relations.map(relationKey)),
    ...model.operations.flatMap((operation) => ("table" in operation ? [relationKey(operation.table)] : [])),
  ]);
  return new Set(
    tables.filter((table) => !touched.has(relationKey(table))).map(({ schema, name }) => `${schema}.${name}`),
  );
}

/** What to know of triggers that fire for rows that are filled. */
export function noteHeard(steps: readonly Step[], model: ChangeModel): string[] {
  return heardTables(steps, model).map(
    (table) =>
      `The triggers of ${shownName(table)} fire for every row that is filled, as they do for the migration's own UPDATE. Give the value by \`-- interlock: up\` instead of an UPDATE, and they keep quiet.`,
  );
}
