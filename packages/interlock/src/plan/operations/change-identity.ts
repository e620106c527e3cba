import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { shownName } from "../names.ts";
import type { ChangeIdentity } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { printCommand } from "../print-command.ts";
import { stringAt } from "../tree.ts";

/**
 * Both versions take numbers from what gives them now; the other way of counting comes once the old version is
 * gone, in one transaction with the default and the sequence that it takes the place of.
 */
export const changeIdentity = operationKind<ChangeIdentity>({
  kind: "change-identity",
  title: "A column becomes an identity, counts otherwise, or ceases to be one",
  fromCommand(subtype, command) {
    const column = stringAt(command, "name");
    if (!["AT_AddIdentity", "AT_SetIdentity", "AT_DropIdentity"].includes(subtype) || column === undefined)
      return undefined;
    return { kind: "change-identity", column };
  },
  draft(operation, { model, placement = "late" }) {
    const { table, column } = operation;
    const change = model.tables.get(relationKey(table));
    const before = change?.before.columns.find(({ name }) => name === column);
    const after = change?.after?.columns.find(({ name }) => name === column);
    if (before === undefined || after === undefined) return [];
    const own = `alter table ${quoteQualified(table.schema, table.name)} alter column ${quoteIdentifier(column)}`;
    const added = before.identity === null && after.identity !== null;
    const early = placement === "early";
    return [
      {
        phase: early ? "expand" : "contract",
        slot: early ? "shape" : "final",
        order: operation.index,
        merge: `final ${relationKey(table)}`,
        step: ddl({
          title: `${shownName(table, column)} ${after.identity === null ? "is no identity any more" : `is an identity, ${after.identity}`}`,
          relations: [table],
          statements: [printCommand(operation)],
          undo: early && added ? [`${own} drop identity if exists`] : null,
        }),
      },
    ];
  },
});
