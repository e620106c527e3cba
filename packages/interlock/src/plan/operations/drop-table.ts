import { displayName } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { listAt, relationsOf } from "../tree.ts";
import type { DropTable } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";

/** A table goes once the old version is gone. */
export const dropTable = operationKind<DropTable>({
  kind: "drop-table",
  fromStatement(name, fields) {
    if (name !== "DropStmt" || fields["removeType"] !== "OBJECT_TABLE") return undefined;
    return { kind: "drop-table", tables: relationsOf(listAt(fields, "objects")) };
  },
  draft(operation, { model }) {
    const relations = operation.tables.filter((table) => model.tables.has(relationKey(table)));
    return [
      {
        phase: "contract",
        slot: "final",
        order: operation.index,
        step: ddl({
          title: `drop table ${operation.tables.map(({ name }) => displayName(name)).join(", ")}`,
          relations,
          statements: [operation.sql],
          undo: null,
        }),
      },
    ];
  },
});
