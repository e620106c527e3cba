import type { SchemaObject } from "../../catalog/objects/schema-object.ts";
import type { Relation } from "../plan.ts";

/** What is looked at: some columns of a relation, or all of it. */
export interface Subject {
  relation: Relation;
  columns?: readonly string[];
}

/**
 * The objects that stand on columns or on a relation, directly or on one another, in the order in which they can
 * be made; they are dropped in the opposite one. `objects` are in that order too. Pure.
 */
export function dependantsOf(objects: readonly SchemaObject[], subject: Subject): SchemaObject[] {
  const found: SchemaObject[] = [];
  const identities = new Set<string>();
  const columns = subject.columns === undefined ? undefined : new Set(subject.columns);
  for (const object of objects) {
    const own = object.reads.some(
      ({ schema, name, column }) =>
        schema === subject.relation.schema &&
        name === subject.relation.name &&
        (columns === undefined || (column !== null && columns.has(column))),
    );
    if (!own && !object.needs.some((needed) => identities.has(needed))) continue;
    found.push(object);
    identities.add(object.identity);
  }
  return found;
}
