import { shownName } from "../names.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { stringAt } from "../tree.ts";
import type { Constraint } from "../../catalog/table.ts";
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
    if (placement === "early") {
      model.losses.push({
        when: "rollback",
        kind: "refused",
        what: `From expand on ${displayName(name)} of ${shownName(table)} holds no more. A rollback makes it again, which rows that offend against it prevent.`,
        table,
        column: null,
        rows: offending(before),
      });
    }
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

/** A check's own condition says which rows offend; duplicates and rows without a partner can't be told row by row. */
function offending({ kind, definition }: Constraint): string | null {
  const [, condition] =
    kind === "check" ? (/^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?$/s.exec(definition) ?? []) : [];
  return condition === undefined ? null : `(${condition}) is false`;
}
