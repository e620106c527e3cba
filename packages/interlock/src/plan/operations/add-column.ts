import { shownName } from "../names.ts";
import type { Column, Table } from "../../catalog/table.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import type { Failure } from "../../std/failure.ts";
import { identityDraft, numberingOf, type Numbering } from "../steps/numbered-column.ts";
import { stringAt } from "../tree.ts";
import { fields } from "../expression.ts";
import { backfill } from "../steps/backfill.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { lateConstraints } from "../steps/constraints.ts";
import { notNullSteps } from "../steps/not-null.ts";
import type { AddColumn } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import type { ChangeModel, TableChange } from "../model.ts";

/**
 * A column is added with its constant default, which touches no row. A default that differs from row to row is
 * set for new rows and filled in for the others. One with a mapping comes without NOT NULL and without a
 * value, and is filled by its mapping.
 */
export const addColumn = operationKind<AddColumn>({
  kind: "add-column",
  title: "A column is added",
  fromCommand(subtype, command) {
    if (subtype !== "AT_AddColumn") return undefined;
    const column = stringAt(fields(fields(command["def"])["ColumnDef"]), "colname");
    return column === undefined ? undefined : { kind: "add-column", column };
  },
  draft(operation, { model }) {
    const change = model.tables.get(relationKey(operation.table));
    const added = change?.added.get(operation.column);
    if (change?.after === undefined || added === undefined) return [];
    const { column } = added;
    const mapping = change.groups.flatMap(({ up }) => up).find((each) => each.column === column.name);
    if (column.generated === "stored") throw rewrites(operation, change, "it is computed and stored");
    if (isRewritten(operation, change, model) && !column.defaultIsVolatile && column.identity === null)
      throw rewrites(operation, change, "its type has a CHECK of its own");
    const numbering = numberingOf(change, column, model);
    const byDefault = numbering?.default ?? (column.defaultIsVolatile ? column.default : null);
    const late = mapping !== undefined || change.moved.has(column.name) || byDefault !== null;
    return [
      addition({ change, column, late, order: operation.index, numbering }),
      ...(mapping === undefined && byDefault !== null
        ? [
            backfill({
              change,
              set: [{ column: column.name, expression: byDefault }],
              where: `${quoteIdentifier(column.name)} is null`,
              order: operation.index,
              title: `fill ${shownName(change.relation, column.name)}`,
              undo: null,
              silent: true,
            }),
          ]
        : []),
      ...(late && column.notNull
        ? notNullSteps({ change, column: column.name, order: operation.index })
        : []),
      ...(numbering?.isIdentity === true ? [identityDraft(change, column, numbering, operation.index)] : []),
      ...lateConstraints(operation, change, model),
    ];
  },
});

/** Whether the migration alone writes the table anew to add the column, and for no other reason in the same statement. */
function isRewritten(
  operation: AddColumn,
  change: TableChange,
  { effects, operations }: ChangeModel,
): boolean {
  const kin = [operation.table, ...change.before.partitions];
  const byOthers = operations.some((each) => {
    const same = each.file === operation.file && each.line === operation.line && each.sql === operation.sql;
    if (!same || each.index === operation.index) return false;
    if (each.kind !== "add-column") return each.kind === "change-type";
    const column = change.added.get(each.column)?.column;
    return column !== undefined && (column.defaultIsVolatile || column.identity !== null);
  });
  const written = effects.get(operation.index)?.rewrites ?? [];
  return !byOthers && written.some((relation) => kin.some((each) => sameRelation(each, relation)));
}

function rewrites(operation: AddColumn, { relation }: TableChange, why: string): Failure {
  return cannotPlan(operation, {
    what: `adding ${shownName(relation, operation.column)} writes the whole table anew under a lock: ${why}.`,
    next: "Add a virtual column (version 18) where it is computed, or a plain one with an UPDATE in the migration that says its value and what has to hold as a CHECK of the table.",
  });
}

function addition(options: {
  change: TableChange;
  column: Column;
  late: boolean;
  order: number;
  numbering: Numbering | undefined;
}): Draft {
  const { change, column, late, order, numbering } = options;
  const { schema, name } = change.relation;
  const table = quoteQualified(schema, name);
  const own = quoteIdentifier(column.name);
  const add = `alter table ${table} add column ${definition(column, { late, after: change.after })}`;
  const byDefault = numbering?.default ?? column.default;
  const setDefault =
    late && byDefault !== null ? [`alter table ${table} alter column ${own} set default ${byDefault}`] : [];
  return {
    phase: "expand",
    slot: "shape",
    order,
    merge: `columns ${relationKey(change.relation)}`,
    step: ddl({
      title: `add column ${shownName(change.relation, column.name)} ${column.type}`,
      relations: [change.relation],
      statements: [
        ...(numbering === undefined ? [] : [numbering.create]),
        add,
        ...setDefault,
        ...(numbering === undefined ? [] : [`alter sequence ${numbering.sequence} owned by ${table}.${own}`]),
      ],
      undo: [`alter table ${table} drop column ${own}`],
    }),
  };
}

function definition(column: Column, { late, after }: { late: boolean; after: Table | undefined }): string {
  const parts = [quoteIdentifier(column.name), column.type];
  if (column.collation !== null) parts.push(`collate ${column.collation}`);
  if (column.generated === "virtual") parts.push(`generated always as (${column.default ?? "null"}) virtual`);
  else if (column.default !== null && !late) parts.push(`default ${column.default}`);
  if (column.notNull && !late) {
    const constraint = after?.constraints.find(
      ({ kind, columns }) => kind === "not-null" && columns.length === 1 && columns[0] === column.name,
    );
    parts.push(
      `${constraint === undefined ? "" : `constraint ${quoteIdentifier(constraint.name)} `}not null`,
    );
  }
  return parts.join(" ");
}
