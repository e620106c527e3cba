import { displayName } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { listAt, relationsOf } from "../tree.ts";
import { referencedBy } from "../referenced-by.ts";
import type { DropTable } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";

/** What is merged with the step that drops tables. */
export function dropStepOf({ index }: { index: number }): string {
  return `drop ${String(index)}`;
}

/** A table goes once the old version is gone. */
export const dropTable = operationKind<DropTable>({
  kind: "drop-table",
  title: "A table is dropped",
  fromStatement(name, fields) {
    if (name !== "DropStmt" || fields["removeType"] !== "OBJECT_TABLE") return undefined;
    return { kind: "drop-table", tables: relationsOf(listAt(fields, "objects")) };
  },
  draft(operation, { model }) {
    const dropped = operation.tables.flatMap((table) => model.tables.get(relationKey(table)) ?? []);
    const relations = new Map(
      dropped
        .flatMap(({ relation, before }) => [relation, ...referencedBy(before)])
        .map((relation) => [relationKey(relation), relation]),
    );
    return [
      {
        phase: "contract",
        slot: "final",
        order: operation.index,
        // With the sync of rows that went elsewhere: a moment without it would leave them in the way.
        merge: dropStepOf(operation),
        step: ddl({
          title: `drop table ${operation.tables.map(({ name }) => displayName(name)).join(", ")}`,
          relations: [...relations.values()],
          statements: [operation.sql],
          undo: null,
        }),
      },
    ];
  },
});
