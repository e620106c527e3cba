import { quoteQualified } from "../../sql/quote.ts";
import { shownName } from "../names.ts";
import { ddl, relationKey } from "../draft.ts";
import { relationOf } from "../tree.ts";
import type { CreateTable } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { referencedTables } from "../referenced-tables.ts";

/** A table that no live version knows is made first, as it is. */
export const createTable = operationKind<CreateTable>({
  kind: "create-table",
  title: "A table is created",
  fromStatement(name, fields) {
    return name === "CreateStmt"
      ? { kind: "create-table", table: relationOf(fields["relation"]) }
      : undefined;
  },
  draft(operation, { model }) {
    const { schema, name } = operation.table;
    if (model.tables.has(relationKey(operation.table))) return [];
    return [
      {
        phase: "expand",
        slot: "shape",
        order: operation.index,
        step: ddl({
          title: `create table ${shownName(operation.table)}`,
          relations: referencedTables(operation.sql, model),
          lock: "ShareRowExclusiveLock",
          statements: [operation.sql],
          undo: [`drop table if exists ${quoteQualified(schema, name)}`],
        }),
      },
    ];
  },
});
