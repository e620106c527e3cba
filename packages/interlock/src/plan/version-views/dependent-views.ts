import type { SchemaObject } from "../../catalog/objects/schema-object.ts";
import { quoteQualified } from "../../sql/quote.ts";
import { dependantsOf } from "../dependants/dependants-of.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import { moveNames } from "./rename-types.ts";
import type { VersionViews } from "./version-views.ts";

/** A user's view that shows what the new version sees otherwise: it sees that one in its own schema as well. */
export interface DependentView {
  view: SchemaObject;
  name: string;
  create: string[];
}

/** The views that stand on second columns, in the order in which they can be made. */
export function dependentViews(
  { objects, versionViews }: ChangeModel,
  tables: readonly TableChange[],
): DependentView[] {
  if (versionViews === undefined) return [];
  const found = new Map(
    tables
      .flatMap(({ relation, replacements }) =>
        dependantsOf(objects.after, {
          relation,
          columns: replacements.filter(({ twin }) => twin !== undefined).map(({ column }) => column),
        }),
      )
      .filter(({ kind, relation }) => kind === "view" && relation !== null)
      .map((view) => [view.identity, view]),
  );
  const ordered = objects.after.filter(({ identity }) => found.has(identity));
  const relations = [
    ...tables.map(({ relation }) => relation),
    ...ordered.flatMap(({ relation }) => (relation === null ? [] : [relation])),
  ];
  return ordered.map((view) => {
    const name = view.relation?.name ?? "";
    const moved = { types: versionViews.types, relations, to: versionViews.schema };
    return {
      view,
      name,
      create: [
        moveNames(view.definition, moved),
        `grant select, insert, update, delete on ${quoteQualified(versionViews.schema, name)} to public`,
      ],
    };
  });
}

/** Names that would stand for two relations in the one schema; none where all is well. */
export function takenTwice(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

/** Drops of the views that stand on a table's, those that stand on others first. */
export function dropsOfViews(
  views: readonly DependentView[],
  change: TableChange,
  { schema }: VersionViews,
): string[] {
  const own = new Set(
    dependantsOf(
      views.map(({ view }) => view),
      { relation: change.relation },
    ).map(({ identity }) => identity),
  );
  return views
    .filter(({ view }) => own.has(view.identity))
    .toReversed()
    .map(({ name }) => `drop view if exists ${quoteQualified(schema, name)}`);
}
