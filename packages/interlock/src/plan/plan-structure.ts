import type { CatalogDescription } from "../catalog/describe.ts";
import { displayName, quoteIdentifier } from "../sql/quote.ts";
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
      const left = untuned(name, before.get(name));
      const right = untuned(name, ready.get(name));
      const onTouched = isOn(relations, { name, definition: left ?? right ?? "" });
      // What is on other tables is on partitions, which come and go.
      const isNew = name.startsWith("table ") && left === null && !isPart(right);
      const kept = onTouched || (left !== right && (isNew || !isOnSomeTable(name)));
      return kept ? [[name, { before: left, ready: right }]] : [];
    }),
  );
}

/** Which partitions a migration makes may depend on the rows that it finds: there are others in every database. */
function isPart(definition: string | null): boolean {
  return definition !== null && / inherits /.test(definition);
}

/** A definition without what those who look after a database tune as they see fit: storage parameters, statistics. */
export function untuned(name: string, definition: string | undefined): string | null {
  if (definition === undefined) return null;
  if (name.startsWith("table ")) return definition.replace(/ ?\{[^}]*\}/, "");
  if (name.startsWith("column "))
    return definition.replace(/ ?\bstatistics \d+/, "").replace(/ ?\{[^}']*\}$/, "");
  return definition;
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

function isOnSomeTable(name: string): boolean {
  return ["index", ...ofTables].some((kind) => name.startsWith(`${kind} `));
}

/** Whether an object of a catalog's description is one of these tables, or on one of them. */
export function isOn(
  relations: readonly Relation[],
  { name, definition }: { name: string; definition: string },
): boolean {
  return relations.flatMap(writtenForms).some((table) => {
    if (name.startsWith("index "))
      return [` ON ${table} `, ` ON ONLY ${table} `].some((on) => definition.includes(on));
    return ofTables.some((kind) => {
      const beginning = `${kind} ${table}`;
      return name === beginning || name.startsWith(`${beginning}.`) || name.startsWith(`${beginning} `);
    });
  });
}

/** PostgreSQL puts a name in quotes where it is one of its words as well. */
function writtenForms({ schema, name }: Relation): string[] {
  const schemas = new Set([displayName(schema), quoteIdentifier(schema)]);
  const names = [...new Set([displayName(name), quoteIdentifier(name)])];
  return [...schemas].flatMap((first) => names.map((second) => `${first}.${second}`));
}
