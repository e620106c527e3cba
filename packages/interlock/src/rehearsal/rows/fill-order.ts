import type { ForeignKey, Table } from "./read-tables.ts";

/** Tables in an order in which every mandatory foreign key finds its rows, and how deep each stands in it. */
export interface FillOrder {
  levels: readonly (readonly Table[])[];
  /** Tables whose mandatory foreign keys lead back to themselves. */
  cyclic: readonly Table[];
}

/** Whether a row can't be without it. */
function isMandatory(table: Table, key: ForeignKey): boolean {
  return key.columns.every((name) => table.columns.find((column) => column.name === name)?.notNull === true);
}

/**
 * Level by level: a table comes after all that it refers to. Where that goes round in a circle, references
 * that may be null do not count.
 */
export function fillOrder(tables: readonly Table[]): FillOrder {
  const known = new Set(tables.map(({ oid }) => oid));
  const left = new Set(tables);
  const done = new Set<number>();
  const levels: Table[][] = [];
  const waitsFor = (table: Table, key: ForeignKey): boolean =>
    key.references !== table.oid && known.has(key.references) && !done.has(key.references);
  while (left.size > 0) {
    const free = [...left].filter((table) => !table.foreignKeys.some((key) => waitsFor(table, key)));
    const level =
      free.length > 0
        ? free
        : [...left]
            .filter(
              (table) => !table.foreignKeys.some((key) => isMandatory(table, key) && waitsFor(table, key)),
            )
            .slice(0, 1);
    if (level.length === 0) break;
    for (const table of level) left.delete(table);
    for (const { oid } of level) done.add(oid);
    levels.push(level);
  }
  return { levels, cyclic: [...left] };
}
