import type { CatalogDescription } from "../catalog/describe.ts";
import { displayName } from "../sql/quote.ts";
import { phaseNames, type Plan, type Relation, type Structure } from "./plan.ts";

/** What a plan keeps of the schema: its tables with all that is on them, and what its steps make different elsewhere. */
export function planStructure(
  phases: Plan["phases"],
  { before, ready }: { before: CatalogDescription; ready: CatalogDescription },
): Structure {
  const relations = touchedRelations(phases);
  const names = [...new Set([...before.keys(), ...ready.keys()])].toSorted();
  return Object.fromEntries(
    names.flatMap((name): [string, Structure[string]][] => {
      const left = before.get(name) ?? null;
      const right = ready.get(name) ?? null;
      const kept = left !== right || (left !== null && isOn(relations, { name, definition: left }));
      return kept ? [[name, { before: left, ready: right }]] : [];
    }),
  );
}

/** The tables that a plan's steps lock, read or write. */
export function touchedRelations(phases: Plan["phases"]): Relation[] {
  return phaseNames
    .flatMap((phase) => phases[phase])
    .flatMap((step) => [
      ...step.relations,
      ...("relation" in step ? [step.relation] : []),
      ...(step.kind === "copy" ? [step.target] : []),
    ]);
}

const ofTables = ["table", "column", "constraint", "trigger", "rule", "policy"];

/** Whether an object of a catalog's description is one of these tables, or on one of them. */
export function isOn(
  relations: readonly Relation[],
  { name, definition }: { name: string; definition: string },
): boolean {
  return relations.some((relation) => {
    const table = displayName(relation.schema, relation.name);
    if (name.startsWith("index "))
      return definition.includes(` ON ${table} `) || definition.includes(` ON ONLY ${table} `);
    return ofTables.some((kind) => {
      const beginning = `${kind} ${table}`;
      return name === beginning || name.startsWith(`${beginning}.`) || name.startsWith(`${beginning} `);
    });
  });
}
