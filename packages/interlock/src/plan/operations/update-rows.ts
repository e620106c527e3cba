import { shownName } from "../names.ts";
import { displayName } from "../../sql/quote.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { fillsNulls } from "../collect-mappings.ts";
import { relationKey } from "../draft.ts";
import { columnsOf, fields, printExpression, type Expression } from "../expression.ts";
import type { TableChange } from "../model.ts";
import { listAt, relationOf, stringAt } from "../tree.ts";
import type { UpdateRows } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { backfill, keyOf } from "../steps/backfill.ts";

/**
 * An UPDATE of one table's rows from themselves. What it sets in added columns is their mapping, and what it
 * fills in mandatory ones goes with their NOT NULL; the rest is done in batches once the old version is gone,
 * so that nothing is written in the old way afterwards.
 */
export const updateRows = operationKind<UpdateRows>({
  kind: "update-rows",
  title: "Rows are updated, or new columns filled",
  fromStatement(name, body) {
    if (name !== "UpdateStmt" || body["fromClause"] !== undefined || body["withClause"] !== undefined)
      return undefined;
    if (body["returningClause"] !== undefined || fields(body["relation"])["alias"] !== undefined)
      return undefined;
    const assignments = listAt(body, "targetList").map((target) => {
      const { name: column, val, indirection } = fields(fields(target)["ResTarget"]);
      return { column, val, plain: indirection === undefined && fields(val)["MultiAssignRef"] === undefined };
    });
    if (assignments.some(({ plain }) => !plain)) return undefined;
    return {
      kind: "update-rows",
      table: relationOf(body["relation"]),
      assignments: assignments.map(({ column, val }) => ({
        column: stringAt({ column }, "column") ?? "",
        expression: val as Expression,
      })),
      where: body["whereClause"] as Expression | undefined,
    };
  },
  draft(operation, { model }) {
    const change = model.tables.get(relationKey(operation.table));
    if (change === undefined) return [];
    const rest = operation.assignments.filter(
      ({ column }) => !change.added.has(column) && !fillsNulls(operation, column, change),
    );
    if (rest.length === 0) return [];
    const shown = rest.map(({ column }) => displayName(column)).join(", ");
    const odd = rest.find(
      ({ column, expression }) =>
        change.renamed.has(column) || fields(expression)["SetToDefault"] !== undefined,
    );
    if (odd !== undefined) {
      throw cannotPlan(operation, {
        what: `the UPDATE sets ${shownName(change.relation, odd.column)}, which it renames, or sets it to DEFAULT.`,
        next: "Update the rows in a change of its own.",
      });
    }
    refuseWithoutKey(operation, change);
    model.notes.push(
      `${shownName(change.relation)}.${shown} is updated once the old version is gone; until then both versions read the values as they are.`,
    );
    return [
      backfill({
        change,
        set: rest.map(({ column, expression }) => ({ column, expression: printExpression(expression) })),
        where: operation.where === undefined ? null : printExpression(operation.where),
        order: operation.index,
        title: `update ${shownName(change.relation)}.${shown}`,
        undo: null,
        phase: "contract",
        silent: false,
        once: true,
      }),
    ];
  },
});

/** A row that was written lies elsewhere: only by its key is one known that had its turn. */
function refuseWithoutKey(operation: UpdateRows, change: TableChange): void {
  if (keyOf(change).length > 0) return;
  const set = new Set(operation.assignments.map(({ column }) => column));
  const again = operation.assignments.find(({ expression }) =>
    [...columnsOf(expression, { table: operation.table.name })].some((column) => set.has(column)),
  );
  if (again === undefined) return;
  throw cannotPlan(operation, {
    what: `the UPDATE computes ${shownName(change.relation, again.column)} from what it sets, and ${shownName(change.relation)} has no primary key by which a row could be told that was updated already.`,
    next: "Give the table a primary key first, or update the rows in one statement of your own.",
  });
}
