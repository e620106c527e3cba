import { shownName } from "../names.ts";
import type { Column, Table } from "../../catalog/table.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, type Draft } from "../draft.ts";
import { stringAt } from "../tree.ts";
import { fields } from "../expression.ts";
import { backfill } from "../steps/backfill.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { lateConstraints } from "../steps/constraints.ts";
import { notNullSteps } from "../steps/not-null.ts";
import type { AddColumn } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import type { TableChange } from "../model.ts";

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
    if (column.ownedSequences.length > 0 || column.identity !== null || column.generated === "stored") {
      throw cannotPlan(operation, {
        what: `${shownName(change.relation, column.name)} gives every row a value of its own, which writes the whole table anew under a lock.`,
        next: "Add a plain column, with an UPDATE in the migration that says its value, and a default for new rows.",
      });
    }
    const late = mapping !== undefined || change.moved.has(column.name) || column.defaultIsVolatile;
    return [
      addition({ change, column, late, order: operation.index }),
      ...(mapping === undefined && column.defaultIsVolatile && column.default !== null
        ? [
            backfill({
              change,
              set: [{ column: column.name, expression: column.default }],
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
      ...lateConstraints(operation, change, model),
    ];
  },
});

function addition(options: { change: TableChange; column: Column; late: boolean; order: number }): Draft {
  const { change, column, late, order } = options;
  const { schema, name } = change.relation;
  const table = quoteQualified(schema, name);
  const own = quoteIdentifier(column.name);
  const add = `alter table ${table} add column ${definition(column, { late, after: change.after })}`;
  const setDefault =
    late && column.default !== null
      ? [`alter table ${table} alter column ${own} set default ${column.default}`]
      : [];
  return {
    phase: "expand",
    slot: "shape",
    order,
    merge: `columns ${relationKey(change.relation)}`,
    step: ddl({
      title: `add column ${shownName(change.relation, column.name)} ${column.type}`,
      relations: [change.relation],
      statements: [add, ...setDefault],
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
