import type { Column, Table } from "../../catalog/table.ts";
import type { EnumType } from "../../catalog/read-enums.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { dependantsOf } from "../dependants/dependants-of.ts";
import { relationKey, sameRelation } from "../draft.ts";
import { columnsOf, parseExpression, replaceColumns, type Expression } from "../expression.ts";
import type { ChangeModel, Replacement, TableChange } from "../model.ts";
import { temporaryName } from "../names.ts";
import { obstacleOf } from "../replacement.ts";
import { columnKey } from "../workload-use.ts";
import {
  moveTypesInConstraint,
  moveTypesInExpression,
  moveTypesInStatement,
  type MovedTypes,
} from "./rename-types.ts";
import { relabel, renamedLabels, type RenamedLabels } from "./renamed-labels.ts";
import type { VersionViews } from "./version-views.ts";

/**
 * The change with two columns for everything that has another type or meaning under the same name, each kept equal
 * to the other, and a view for the new version in which the second one has the name. Undefined where that helps
 * nobody: nothing has another type or meaning, or no version comes that could be told to look there. Pure.
 */
export function withVersionViews(model: ChangeModel): ChangeModel | undefined {
  const versions = model.new.filter((version) => !model.old.includes(version));
  const enums = renamedLabels(model).filter((each) => columnsOfType(model, each).length > 0);
  const replaced = [...model.tables.values()].filter(({ replacements }) => replacements.length > 0);
  if (model.old.length === 0 || versions.length === 0 || (enums.length === 0 && replaced.length === 0))
    return undefined;
  const schema = temporaryName("views", { schema: "", name: versions.join(" ") }, versions[0] ?? "");
  const moved: MovedTypes = { types: enums.map(({ after }) => after), to: schema };
  const places = [
    ...new Set(enums.flatMap((each) => columnsOfType(model, each).map(({ change }) => change))),
  ];
  const place = (change: TableChange): number => Math.max(places.indexOf(change), 0) * 0.3;
  const making = { model, enums, schema, moved, place };
  const tables = new Map([...model.tables].map(([key, change]) => [key, withTwins(change, making)]));
  const viewed = [...tables].flatMap(([key, { replacements }]) =>
    replacements.some(({ twin }) => twin !== undefined) ? [key] : [],
  );
  const versionViews: VersionViews = {
    schema,
    versions,
    tables: new Set(viewed),
    types: enums.map(({ after }) => after),
  };
  return { ...model, tables, versionViews };
}

function columnsOfType(
  { tables }: ChangeModel,
  { before }: RenamedLabels,
): { change: TableChange; column: Column }[] {
  return [...tables.values()].flatMap((change) =>
    change.before.columns.filter(({ type }) => type === before.shown).map((column) => ({ change, column })),
  );
}

interface Making {
  model: ChangeModel;
  enums: readonly RenamedLabels[];
  schema: string;
  moved: MovedTypes;
  place: (change: TableChange) => number;
}

function withTwins(change: TableChange, making: Making): TableChange {
  const { model, enums, schema, moved } = making;
  if (change.after === undefined) return change;
  const after = withMovedTypes(change.after, moved);
  const columns = enums.flatMap(({ before, after: type, operation }) =>
    change.before.columns
      .filter((column) => column.type === before.shown)
      .map((column, at): Replacement => ({
        column: column.name,
        hidden: temporaryName("new", change.relation, column.name),
        type: quoteQualified(schema, type.name),
        up: relabel(column.name, { from: before, to: type, type: quoteQualified(schema, type.name) }),
        shownType: `${displayName(type.name)} with its new labels`,
        source: `${operation.file}:${String(operation.line)}`,
        operation: operation.index,
        // Each table's final statements stay together: one step exchanges it and drops its view.
        order: operation.index + making.place(change) + at / 1_000,
        isTotal: true,
      })),
  );
  for (const { column, source } of columns) refuseObstacle(model, { ...change, after }, column, source);
  const labels = (column: string): { from: EnumType; to: EnumType } | undefined => {
    const own = change.before.columns.find(({ name }) => name === column);
    const found = enums.find(({ before }) => before.shown === own?.type);
    return found === undefined ? undefined : { from: found.after, to: found.before };
  };
  const replacements = [...change.replacements, ...columns].map((replacement): Replacement => {
    const relabelled = labels(replacement.column);
    const down =
      relabelled === undefined
        ? (replacement.givenDown ?? castBack(replacement, change))
        : relabel(replacement.hidden, {
            ...relabelled,
            type: quoteQualified(relabelled.to.schema, relabelled.to.name),
          });
    const column = after.columns.find(({ name }) => name === replacement.column);
    if (column === undefined) return replacement;
    return {
      ...replacement,
      twin: {
        down: overHidden(down, replacement, change),
        column: { ...column, name: replacement.hidden, type: replacement.type },
      },
    };
  });
  const twins = replacements.flatMap(({ column, hidden, up, source, twin, isTotal }) =>
    twin === undefined
      ? []
      : [
          {
            up: [{ column: hidden, expression: up, source, ...(isTotal === true ? { isTotal } : {}) }],
            down: [{ column, expression: twin.down, source, ...(isTotal === true ? { isTotal } : {}) }],
          },
        ],
  );
  return {
    ...change,
    before: withDefinitionsOf(change.before, after, new Set(columns.map(({ column }) => column))),
    after,
    replacements,
    groups: [...change.groups, ...twins],
  };
}

function refuseObstacle(model: ChangeModel, change: TableChange, column: string, source: string): void {
  const refusal = obstacleOf({ change, model, column, source });
  if (refusal !== undefined) throw refusal;
}

/** What the old version sees of a value of the new type, where nothing says so: PostgreSQL's own cast. */
function castBack({ hidden, column, source }: Replacement, { before }: TableChange): Expression {
  const type = before.columns.find(({ name }) => name === column)?.type ?? "text";
  return parseExpression(`${quoteIdentifier(hidden)}::${type}`, source);
}

/** In a mapping that a user gives, the column's name means its new value. */
function overHidden(
  down: Expression,
  { column, hidden }: Replacement,
  { relation }: TableChange,
): Expression {
  if (!columnsOf(down, { table: relation.name }).has(column)) return down;
  return replaceColumns(down, {
    table: relation.name,
    replace: (name) =>
      name === column ? { ColumnRef: { fields: [{ String: { sval: hidden } }] } } : undefined,
  });
}

/** With types where they stand until the end. */
function withMovedTypes(table: Table, moved: MovedTypes): Table {
  if (moved.types.length === 0) return table;
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      default: column.default === null ? null : moveTypesInExpression(column.default, moved),
    })),
    constraints: table.constraints.map((constraint) =>
      constraint.kind === "check"
        ? { ...constraint, definition: moveTypesInConstraint(constraint.definition, moved) }
        : constraint,
    ),
    indexes: table.indexes.map((index) => ({
      ...index,
      definition: moveTypesInStatement(index.definition, moved),
    })),
  };
}

/** CHECKs and indexes on some columns as they will be: that is how they are made once more. */
function withDefinitionsOf(before: Table, after: Table, columns: ReadonlySet<string>): Table {
  return {
    ...before,
    constraints: before.constraints.map((constraint) => {
      const other = after.constraints.find(({ name }) => name === constraint.name);
      const own = constraint.kind === "check" && constraint.columns.some((name) => columns.has(name));
      return own && other !== undefined ? { ...constraint, definition: other.definition } : constraint;
    }),
    indexes: before.indexes.map((index) => {
      const other = after.indexes.find(({ name }) => name === index.name);
      const own = index.reads.some((name) => columns.has(name));
      return own && other !== undefined ? { ...index, definition: other.definition } : index;
    }),
  };
}

/**
 * Whether labels of an enum change that both versions use: a value has one label at a time, so one of the two would
 * read what it doesn't know, without an error that a rehearsal could see.
 */
export function needsVersionViews(model: ChangeModel): boolean {
  return renamedLabels(model).some((each) =>
    columnsOfType(model, each).some(({ change, column }) => {
      const views = dependantsOf(model.objects.before, { relation: change.relation, columns: [column.name] });
      const keys = [
        columnKey(change.relation, column.name),
        ...views.flatMap(({ relation }) =>
          relation === null || sameRelation(relation, change.relation) ? [] : [relationKey(relation)],
        ),
      ];
      return [model.used.old, model.used.new].every((used) => keys.some((key) => used.has(key)));
    }),
  );
}

/** The tables that a version's views stand for. */
export function viewedTables({ tables, versionViews }: ChangeModel): TableChange[] {
  return [...tables.values()].filter(
    ({ relation }) => versionViews?.tables.has(relationKey(relation)) === true,
  );
}
