import { quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { ddl, type Draft } from "../draft.ts";
import { firstLine } from "../first-line.ts";
import { replacementDrafts } from "../steps/replacement-steps.ts";
import { listAt, stringAt, textOf } from "../tree.ts";
import type { RenameEnumValue } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";

/**
 * A label gets another name at once, where one version alone uses it. Where both do, the columns of the enum get a
 * second one with the new labels, which the new version sees in views of its own.
 */
export const renameEnumValue = operationKind<RenameEnumValue>({
  kind: "rename-enum-value",
  title: "A value of an enum gets another name",
  fromStatement(name, inside) {
    const [label, newLabel] = [stringAt(inside, "oldVal"), stringAt(inside, "newVal")];
    if (name !== "AlterEnumStmt" || label === undefined || newLabel === undefined) return undefined;
    const names = listAt(inside, "typeName").map(textOf);
    const type = { schema: names.at(-2) ?? "public", name: names.at(-1) ?? "" };
    return { kind: "rename-enum-value", type, label, newLabel };
  },
  draft(operation, { model, placement = "early" }): Draft[] {
    const { type, label, newLabel, index } = operation;
    const isMoved = model.versionViews?.types.some(
      ({ schema, name }) => schema === type.schema && name === type.name,
    );
    if (isMoved === true) {
      return [...model.tables.values()].flatMap((change) =>
        change.replacements
          .filter((replacement) => replacement.operation === index)
          .flatMap((replacement) => replacementDrafts(change, replacement, model)),
      );
    }
    const own = quoteQualified(type.schema, type.name);
    const early = placement === "early";
    return [
      {
        phase: early ? "expand" : "contract",
        slot: early ? "shape" : "final",
        order: index,
        step: ddl({
          title: firstLine(operation.sql),
          relations: [],
          statements: [operation.sql],
          undo: early
            ? [`alter type ${own} rename value ${quoteLiteral(newLabel)} to ${quoteLiteral(label)}`]
            : null,
        }),
      },
    ];
  },
});
