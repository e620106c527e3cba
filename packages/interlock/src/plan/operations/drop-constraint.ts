import { shownName } from "../names.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { stringAt } from "../tree.ts";
import type { DropConstraint } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { printCommand } from "../print-command.ts";

/** What a constraint refuses the new version may already write, so it goes first, unless the old one needs it. */
export const dropConstraint = operationKind<DropConstraint>({
  kind: "drop-constraint",
  fromCommand(subtype, command) {
    const name = stringAt(command, "name");
    return subtype !== "AT_DropConstraint" || name === undefined
      ? undefined
      : { kind: "drop-constraint", name };
  },
  draft(operation, { model, placement = "early" }) {
    const { table, name } = operation;
    const before = model.tables
      .get(relationKey(table))
      ?.before.constraints.find((each) => each.name === name);
    if (before === undefined) return [];
    const referenced =
      before.referenced === null ? [] : [{ schema: before.referenced.schema, name: before.referenced.name }];
    const own = `alter table ${quoteQualified(table.schema, table.name)} add constraint ${quoteIdentifier(name)} ${before.definition}`;
    return [
      {
        phase: placement === "early" ? "expand" : "contract",
        slot: placement === "early" ? "shape" : "final",
        order: operation.index,
        step: ddl({
          title: `${shownName(table)}: drop ${displayName(name)}`,
          relations: [table, ...referenced],
          statements: [printCommand(operation)],
          undo: placement === "early" ? [own] : null,
        }),
      },
    ];
  },
});
