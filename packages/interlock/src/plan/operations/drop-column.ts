import { shownName } from "../names.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { stringAt } from "../tree.ts";
import { referencedBy } from "../referenced-by.ts";
import type { DropColumn } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";

/** A column goes once the old version is gone. Until then the sync keeps it up to date, where a mapping says how. */
export const dropColumn = operationKind<DropColumn>({
  kind: "drop-column",
  title: "A column is dropped",
  fromCommand(subtype, command) {
    const column = stringAt(command, "name");
    if (subtype !== "AT_DropColumn" || column === undefined) return undefined;
    return { kind: "drop-column", column, cascade: command["behavior"] === "DROP_CASCADE" };
  },
  draft(operation, { model }) {
    const change = model.tables.get(relationKey(operation.table));
    if (change === undefined) return [];
    const { relation } = change;
    const dropped = [...change.dropped].find(([, { order }]) => order === operation.index)?.[0];
    if (dropped === undefined) return [];
    const table = quoteQualified(relation.schema, relation.name);
    return [
      {
        phase: "contract",
        slot: "final",
        order: operation.index,
        merge: `final ${relationKey(relation)}`,
        step: ddl({
          title: `drop ${shownName(relation, dropped)}`,
          // A foreign key goes with its column, under a lock on the table that it points to as well.
          relations: [relation, ...referencedBy(change.before, dropped)],
          statements: [
            `alter table ${table} drop column ${quoteIdentifier(dropped)}${operation.cascade ? " cascade" : ""}`,
          ],
          undo: null,
        }),
      },
    ];
  },
});
