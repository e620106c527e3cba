import { shownName } from "../names.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { stringAt } from "../tree.ts";
import type { DropDefault } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { printCommand } from "../print-command.ts";

/** The old version may rely on a default, so it goes once that version is gone. */
export const dropDefault = operationKind<DropDefault>({
  kind: "drop-default",
  title: "A default is dropped",
  fromCommand(subtype, command) {
    const column = stringAt(command, "name");
    if (subtype !== "AT_ColumnDefault" || column === undefined || command["def"] !== undefined)
      return undefined;
    return { kind: "drop-default", column };
  },
  draft(operation, { model, placement = "late" }) {
    const { table, column } = operation;
    const change = model.tables.get(relationKey(table));
    if (
      change?.added.has(column) === true ||
      change?.replacements.some((each) => each.column === column) === true
    )
      return [];
    const before = change?.before.columns.find(({ name }) => name === column)?.default ?? null;
    if (before === null) return [];
    const own = `alter table ${quoteQualified(table.schema, table.name)} alter column ${quoteIdentifier(column)}`;
    return [
      {
        phase: placement === "early" ? "expand" : "contract",
        slot: placement === "early" ? "shape" : "final",
        order: operation.index,
        merge: `final ${relationKey(table)}`,
        step: ddl({
          title: `${shownName(table, column)} without default`,
          relations: [table],
          statements: [printCommand(operation)],
          undo: [`${own} set default ${before}`],
        }),
      },
    ];
  },
});
