import type { Column } from "../catalog/table.ts";
import { displayName, quoteIdentifier } from "../sql/quote.ts";
import { differs } from "./differs.ts";
import { printExpression } from "./expression.ts";
import { shownName } from "./names.ts";
import type { ChangeModel, TableChange } from "./model.ts";
import { heardTables } from "./written-by-triggers.ts";
import { sameRelation } from "./draft.ts";
import type { Loss, PhaseName, Relation, Step } from "./plan.ts";

/**
 * What is lost when the change is taken back, and what contract removes. What a rollback can't give back of the
 * old shape comes first; then what the new version writes where the old one has no place for it. Pure.
 */
export function findLosses(model: ChangeModel, phases: Readonly<Record<PhaseName, readonly Step[]>>): Loss[] {
  const before = [...phases.expand, ...phases.migrate];
  const losses = [
    ...before.flatMap(leftBehind),
    ...before.flatMap((step) => filledFor(step, model)),
    ...heardTables(before, model).map((table) =>
      atRollback(
        "stays",
        `A rollback leaves what the triggers of ${shownName(table)} did for rows that were filled.`,
        table,
      ),
    ),
    ...model.losses,
    ...newTables(model, before),
    ...[...model.tables.values()].flatMap(newColumns),
    ...removed(model),
  ];
  return [...new Map(losses.map((loss) => [JSON.stringify(loss), loss])).values()];
}

function leftBehind(step: Step): Loss[] {
  if (step.kind !== "ddl" || step.undo !== null) return [];
  return [atRollback("stays", `A rollback leaves behind: ${step.title}.`, step.relations[0] ?? null)];
}

/** A column of the old shape whose rows are written anew keeps the new values; one that comes with the change goes with it. */
function filledFor(step: Step, model: ChangeModel): Loss[] {
  if (step.kind !== "backfill" || step.undo !== null) return [];
  const change = [...model.tables.values()].find(({ relation }) => sameRelation(relation, step.relation));
  if (change === undefined) return [];
  return step.set
    .filter(
      ({ column }) => change.before.columns.some(({ name }) => name === column) && !change.added.has(column),
    )
    .map(({ column }) => ({
      ...atRollback(
        "stays",
        `A rollback leaves ${shownName(step.relation, column)} with the values that the change fills in${step.where === null ? "" : `, where ${step.where}`}.`,
        step.relation,
      ),
      column,
    }));
}

/** Rows of a table that comes with the change, unless they are copies of what the old version has too. */
function newTables(model: ChangeModel, steps: readonly Step[]): Loss[] {
  return model.operations.flatMap((operation) => {
    if (operation.kind !== "create-table") return [];
    // Copies of rows that the old version has as well; what has no place there, whoever plans the copy says.
    const copied = steps.some((step) => step.kind === "copy" && sameRelation(step.target, operation.table));
    const known = [...model.tables.values()].some(({ relation }) => sameRelation(relation, operation.table));
    const made = steps.some(
      ({ kind, undo }) =>
        kind === "ddl" &&
        undo !== null &&
        undo.some((sql) => sql.includes(quoteIdentifier(operation.table.name))),
    );
    if (known || copied || !made) return [];
    const what = `A rollback drops ${shownName(operation.table)} with what the new version writes to it.`;
    return [{ ...atRollback("goes", what, operation.table), rows: "true" }];
  });
}

function newColumns(change: TableChange): Loss[] {
  const { relation, added, groups, fills, moved } = change;
  return [...added.values()].flatMap(({ column }) => {
    // What comes from another table is carried back there.
    if (column.generated !== null || moved.has(column.name)) return [];
    const name = shownName(relation, column.name);
    const group = groups.find(({ up }) => up.some((mapping) => mapping.column === column.name));
    const down = (group?.down ?? []).map((mapping) => displayName(mapping.column)).join(", ");
    const mapping = [...(group?.up ?? []), ...fills].find((each) => each.column === column.name);
    const what =
      down === ""
        ? `A rollback drops ${name} with what the new version writes to it.`
        : `A rollback keeps of ${name} what ${down} can say; what the new version writes beyond that goes.`;
    const rows =
      mapping === undefined
        ? beyondDefault(column)
        : beyondMapping(column, printExpression(mapping.expression));
    return [{ ...atRollback("goes", what, relation), column: column.name, rows }];
  });
}

/** SQL: whether a row holds a value that does not follow from the old columns. A row that is not filled yet holds none. */
function beyondMapping({ name, type }: Column, expression: string): string {
  const own = quoteIdentifier(name);
  return `${own} is not null and ${differs(own, `(${expression})`, type)}`;
}

/** SQL: whether a row holds another value than the one that every row has by itself. */
function beyondDefault(column: Column): string {
  const own = quoteIdentifier(column.name);
  return column.default === null || column.defaultIsVolatile
    ? `${own} is not null`
    : differs(own, `(${column.default})`, column.type);
}

function removed({ tables }: ChangeModel): Loss[] {
  return [...tables.values()].flatMap(({ relation, after, dropped }): Loss[] => {
    if (after === undefined)
      return [atContract(`Contract drops ${shownName(relation)} with its rows.`, relation, null)];
    return [...dropped.keys()].map((column) =>
      atContract(`Contract drops ${shownName(relation, column)} with its values.`, relation, column),
    );
  });
}

function atRollback(kind: "stays" | "refused" | "goes", what: string, table: Relation | null): Loss {
  return { when: "rollback", kind, what, table, column: null, rows: null };
}

function atContract(what: string, table: Relation, column: string | null): Loss {
  return { when: "contract", kind: "removed", what, table, column, rows: null };
}
