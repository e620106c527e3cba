import { shownName } from "../names.ts";
import { relationKey } from "../draft.ts";
import { printExpression } from "../expression.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { stringAt } from "../tree.ts";
import type { SetNotNull } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { isSetByUpdate } from "../set-by-update.ts";
import { backfill } from "../steps/backfill.ts";
import { notNullSteps } from "../steps/not-null.ts";

/** A column becomes mandatory once the old version is gone; nulls are filled before, where the migration says with what. */
export const setNotNull = operationKind<SetNotNull>({
  kind: "set-not-null",
  title: "A column becomes mandatory",
  fromCommand(subtype, command) {
    const column = stringAt(command, "name");
    return subtype !== "AT_SetNotNull" || column === undefined ? undefined : { kind: "set-not-null", column };
  },
  draft(operation, { model }) {
    const change = model.tables.get(relationKey(operation.table));
    const after = change?.after?.columns.find(({ name }) => name === operation.column);
    if (change === undefined || after?.notNull !== true) return [];
    // An added or replaced column gets it from its own steps; a renamed one is looked at under its old name.
    if (
      change.added.has(operation.column) ||
      change.replacements.some(({ column }) => column === operation.column)
    )
      return [];
    const renamed = change.renamed.get(operation.column);
    const name = renamed?.from ?? operation.column;
    if (change.before.columns.find((column) => column.name === name)?.notNull === true) return [];
    const order = operation.index;
    const fill = change.fills.find(({ column }) => column === name);
    return [
      ...(fill === undefined
        ? []
        : [
            backfill({
              change,
              // A renamed column's copy, which was filled from it before, is to be as the column is.
              set: [name, ...(renamed === undefined ? [] : [operation.column])].map((column) => ({
                column,
                expression: printExpression(fill.expression),
              })),
              where: `${quoteIdentifier(name)} is null`,
              order,
              title: `fill ${shownName(change.relation, name)} where it is null`,
              undo: null,
              silent: !isSetByUpdate(model, change.relation, [name]),
            }),
          ]),
      ...notNullSteps({
        change,
        column: name,
        order,
        ...(renamed === undefined ? {} : { renaming: { to: operation.column, order: renamed.order } }),
      }),
    ];
  },
});
