import { displayName, quoteQualified } from "../../sql/quote.ts";
import { listAt, relationsOf } from "../tree.ts";
import type { DropIndex } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import type { Draft } from "../draft.ts";

/** The old version may lean on it, so it goes CONCURRENTLY once that version is gone. */
export const dropIndex = operationKind<DropIndex>({
  kind: "drop-index",
  title: "An index is dropped",
  fromStatement(name, fields) {
    if (name !== "DropStmt" || fields["removeType"] !== "OBJECT_INDEX") return undefined;
    return { kind: "drop-index", indexes: relationsOf(listAt(fields, "objects")) };
  },
  draft(operation, { model, placement = "late" }) {
    return operation.indexes.flatMap((index): Draft[] => {
      const table = [...model.tables.values()].find(
        ({ before }) =>
          before.schema === index.schema && before.indexes.some(({ name }) => name === index.name),
      );
      const definition = table?.before.indexes.find(({ name }) => name === index.name)?.definition;
      if (table === undefined || definition === undefined) return [];
      return [
        {
          phase: placement === "late" ? "contract" : "expand",
          slot: placement === "late" ? "final" : "shape",
          order: operation.index,
          step: {
            kind: "index",
            title: `drop index ${displayName(index.name)}`,
            relations: [table.relation],
            lock: "ShareUpdateExclusiveLock",
            undo: placement === "late" ? null : [definition],
            statement: `drop index concurrently ${quoteQualified(index.schema, index.name)}`,
            index,
          },
        },
      ];
    });
  },
});
