import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { shownName } from "../names.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { remakeOf } from "../dependants/remade-with.ts";
import { ddl, relationKey } from "../draft.ts";
import { fields, type Expression } from "../expression.ts";
import { stringAt } from "../tree.ts";
import type { ChangeType } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { printCommand } from "../print-command.ts";
import { replacementDrafts } from "../steps/replacement-steps.ts";

/**
 * A type that PostgreSQL changes without touching a row is changed as it is. Otherwise a hidden column has the
 * new type, follows every write, and takes over the name in the end.
 */
export const changeType = operationKind<ChangeType>({
  kind: "change-type",
  title: "A column's type changes",
  fromCommand(subtype, command) {
    const column = stringAt(command, "name");
    if (subtype !== "AT_AlterColumnType" || column === undefined) return undefined;
    const using = fields(fields(command["def"])["ColumnDef"])["raw_default"];
    return { kind: "change-type", column, using: using as Expression | undefined };
  },
  draft(operation, { model, placement = "early" }) {
    const change = model.tables.get(relationKey(operation.table));
    const replacement = change?.replacements.find(({ order }) => order === operation.index);
    if (change !== undefined && replacement !== undefined)
      return replacementDrafts(change, replacement, model);
    const before = change?.before.columns.find(({ name }) => name === operation.column);
    const { schema, name } = operation.table;
    const dependants = remakeOf(operation, model);
    const [obstacle] = dependants.obstacles;
    if (obstacle !== undefined) {
      throw cannotPlan(operation, {
        what: `the ${obstacle.object} stands on ${shownName(operation.table, operation.column)}: ${obstacle.why}.`,
        next: "Drop it in a change before, and make it again in one after.",
      });
    }
    const relations = [operation.table, ...dependants.relations];
    if (placement === "early" && before !== undefined) {
      model.losses.push({
        when: "rollback",
        kind: "refused",
        what: `From expand on ${shownName(operation.table, operation.column)} holds values that ${before.type} may not. A rollback changes the type back, which such values prevent, and which may write the table anew while live statements wait: a large table wants a longer --lock-budget then.`,
        table: operation.table,
        column: operation.column,
        rows: null,
      });
    }
    return [
      {
        phase: placement === "early" ? "expand" : "contract",
        slot: placement === "early" ? "shape" : "final",
        order: operation.index,
        step: ddl({
          title: `change the type of ${shownName(operation.table, operation.column)} in place`,
          relations,
          statements: [...dependants.drop, printCommand(operation), ...dependants.create],
          undo:
            before === undefined
              ? null
              : [
                  ...dependants.drop,
                  `alter table ${quoteQualified(schema, name)} alter column ${quoteIdentifier(operation.column)} type ${before.type}`,
                  ...dependants.restore,
                ],
        }),
      },
    ];
  },
});
