import type { Table } from "../catalog/table.ts";
import { sameRelation } from "./draft.ts";
import type { Relation } from "./plan.ts";

/** The other tables that a table's foreign keys point to: all of them, or those that hold a column. */
export function referencedBy(table: Table, column?: string): Relation[] {
  return table.constraints.flatMap(({ referenced, columns }) => {
    if (referenced === null || sameRelation(referenced, table)) return [];
    if (column !== undefined && !columns.includes(column)) return [];
    return [{ schema: referenced.schema, name: referenced.name }];
  });
}
