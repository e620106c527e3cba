import { displayName, quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { Failure } from "../../std/failure.ts";
import { ddl, relationKey, type Draft } from "../draft.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import { shownName } from "../names.ts";
import { finalOrder } from "../steps/taken-over.ts";
import { dependentViews, dropsOfViews, takenTwice, type DependentView } from "./dependent-views.ts";
import { viewedTables } from "./with-version-views.ts";
import { searchPathOf, type VersionViews } from "./version-views.ts";

/** The schema of a version's views: made in expand, emptied table by table in contract, and dropped at its end. */
export function versionViewDrafts(model: ChangeModel): Draft[] {
  const { versionViews } = model;
  if (versionViews === undefined) return [];
  const tables = viewedTables(model);
  const views = dependentViews(model, tables);
  const [twice] = takenTwice([
    ...tables.map(({ relation }) => relation.name),
    ...views.map(({ name }) => name),
  ]);
  if (twice !== undefined) {
    throw new Failure({
      code: "cannot-plan",
      message: `The new version needs views of its own, and two relations of different schemas are called ${displayName(twice)}.`,
      state: "Nothing was changed.",
      next: "Change the types of their columns in changes of their own.",
    });
  }
  noteConnection(model, versionViews, tables);
  return [
    schemaDraft(versionViews),
    viewsDraft(versionViews, tables, views),
    ...tables.map((change) => endOfView(change, versionViews, views)),
    endOfSchema(versionViews, model),
  ];
}

function schemaDraft({ schema, types, versions }: VersionViews): Draft {
  const own = quoteIdentifier(schema);
  const made = types.flatMap(({ name, labels, comment }) => [
    `create type ${quoteQualified(schema, name)} as enum (${labels.map(quoteLiteral).join(", ")})`,
    ...(comment === null
      ? []
      : [`comment on type ${quoteQualified(schema, name)} is ${quoteLiteral(comment)}`]),
  ]);
  return {
    phase: "expand",
    slot: "shape",
    // The hidden columns are of these types.
    order: -1,
    step: ddl({
      title: `schema ${displayName(schema)} for ${versions.join(", ")}${types.map(({ name }) => `; type ${displayName(name)} in it`).join("")}`,
      relations: [],
      lock: "AccessShareLock",
      statements: [`create schema ${own}`, `grant usage on schema ${own} to public`, ...made],
      undo: [...types.map(({ name }) => `drop type ${quoteQualified(schema, name)}`), `drop schema ${own}`],
    }),
  };
}

function viewsDraft(
  { schema }: VersionViews,
  tables: readonly TableChange[],
  views: readonly DependentView[],
): Draft {
  const shown = [
    ...tables.map(({ relation }) => relation),
    ...views.flatMap(({ view }) => view.relation ?? []),
  ];
  return {
    phase: "expand",
    slot: "final",
    order: Number.MAX_SAFE_INTEGER,
    step: ddl({
      title: `views of ${shown.map((relation) => shownName(relation)).join(", ")} in ${displayName(schema)}`,
      relations: [],
      lock: "AccessShareLock",
      statements: [
        ...tables.flatMap((change) => createView(change, schema)),
        ...views.flatMap(({ create }) => create),
      ],
      undo: shown.toReversed().map(({ name }) => `drop view ${quoteQualified(schema, name)}`),
    }),
  };
}

/** Every column is a plain one, so PostgreSQL writes through it by itself, RETURNING and ON CONFLICT as well. */
function createView({ relation, after, replacements }: TableChange, schema: string): string[] {
  const view = quoteQualified(schema, relation.name);
  const columns = (after?.columns ?? []).map(({ name }) => {
    const hidden = replacements.find(({ column, twin }) => column === name && twin !== undefined)?.hidden;
    return hidden === undefined
      ? quoteIdentifier(name)
      : `${quoteIdentifier(hidden)} as ${quoteIdentifier(name)}`;
  });
  return [
    // The rights are those that a role has on the table, which are asked for each time.
    `create view ${view} with (security_invoker = true) as select ${columns.join(", ")} from ${quoteQualified(relation.schema, relation.name)}`,
    `grant select, insert, update, delete on ${view} to public`,
  ];
}

/** In the step in which the table itself becomes what the view has shown. */
function endOfView(change: TableChange, versionViews: VersionViews, views: readonly DependentView[]): Draft {
  const { schema } = versionViews;
  const { relation } = change;
  return {
    phase: "contract",
    slot: "final",
    order: finalOrder(change) - 0.2,
    origin: Math.floor(finalOrder(change)),
    merge: `final ${relationKey(relation)}`,
    step: ddl({
      title: `drop its view in ${displayName(schema)}`,
      relations: [relation],
      statements: [
        ...dropsOfViews(views, change, versionViews),
        `drop view ${quoteQualified(schema, relation.name)}`,
      ],
      undo: null,
    }),
  };
}

function endOfSchema({ schema, types }: VersionViews, { enums }: ChangeModel): Draft {
  const own = types.flatMap(({ schema: home, name }) => {
    const before = enums.before.find((each) => each.schema === home && each.name === name);
    return before === undefined
      ? []
      : [
          `drop type ${quoteQualified(home, name)}`,
          `alter type ${quoteQualified(schema, name)} set schema ${quoteIdentifier(home)}`,
        ];
  });
  return {
    phase: "contract",
    slot: "final",
    order: Number.MAX_SAFE_INTEGER,
    step: ddl({
      title: [
        ...types.map(({ name }) => `type ${displayName(name)} with its new labels`),
        `drop schema ${displayName(schema)}`,
      ].join("; "),
      relations: [],
      statements: [...own, `drop schema ${quoteIdentifier(schema)}`],
      undo: null,
    }),
  };
}

function noteConnection(model: ChangeModel, views: VersionViews, tables: readonly TableChange[]): void {
  const path = searchPathOf(views).map((name) => displayName(name));
  const shown = tables.map(({ relation, replacements }) =>
    replacements
      .filter(({ twin }) => twin !== undefined)
      .map(({ column }) => shownName(relation, column))
      .join(", "),
  );
  model.notes.push(
    `${views.versions.join(", ")} must connect with search_path = ${path.join(", ")} (for example options=-csearch_path=${views.schema},public in its connection string, or alter role … set search_path): no one column can be ${shown.join(", ")} for both versions, so it reads and writes views of its own there. The setting may stay after contract, when the schema is gone and PostgreSQL passes over it. Every other version connects as before.`,
  );
}
