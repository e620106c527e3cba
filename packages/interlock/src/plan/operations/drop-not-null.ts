import { shownName } from "../names.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { stringAt } from "../tree.ts";
import type { DropNotNull } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { printCommand } from "../print-command.ts";
import { notNullProof } from "../steps/undo-proof.ts";

/** The new version may leave it null from the start. */
export const dropNotNull = operationKind<DropNotNull>({
  kind: "drop-not-null",
  title: "A column may be null again",
  fromCommand(subtype, command) {
    const column = stringAt(command, "name");
    return subtype !== "AT_DropNotNull" || column === undefined
      ? undefined
      : { kind: "drop-not-null", column };
  },
  draft(operation, { model, placement = "early" }) {
    const { table, column } = operation;
    // A rollback would make a column mandatory that never was.
    const before = model.tables.get(relationKey(table))?.before.columns.find(({ name }) => name === column);
    if (before?.notNull === false) return [];
    if (placement === "early") {
      model.losses.push({
        when: "rollback",
        kind: "refused",
        what: `From expand on ${shownName(table, column)} may be null. A rollback makes it mandatory again, which rows with nulls prevent.`,
        table,
        column,
        rows: `${quoteIdentifier(column)} is null`,
      });
    }
    const { proof, drop } = notNullProof(table, column);
    return [
      {
        phase: placement === "early" ? "expand" : "contract",
        slot: placement === "early" ? "shape" : "final",
        order: operation.index,
        step: ddl({
          title: `${shownName(table, column)} may be null`,
          relations: [table],
          statements: [printCommand(operation)],
          undo: [
            `alter table ${quoteQualified(table.schema, table.name)} alter column ${quoteIdentifier(column)} set not null`,
            drop,
          ],
          undoProofs: [proof],
        }),
      },
    ];
  },
});
