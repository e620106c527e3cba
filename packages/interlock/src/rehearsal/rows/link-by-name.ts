import type { ForeignKey, Table } from "./read-tables.ts";

/**
 * The tables with references that are meant, though no foreign key says so: a column with the name and type of one
 * that refers to a table elsewhere (`customer_id`) takes its values from that table too. Statements that go from one
 * table to the other then find rows. None is added that would lead round in a circle.
 */
export function linkByName(tables: readonly Table[]): Table[] {
  const linked = new Map(tables.map((table) => [table.oid, table]));
  for (const table of tables) {
    for (const key of missingKeys(table, tables)) {
      const now = linked.get(table.oid) ?? table;
      if (!leadsTo(linked, { from: key.references, to: table.oid })) {
        linked.set(table.oid, { ...now, foreignKeys: [...now.foreignKeys, key] });
      }
    }
  }
  return [...linked.values()];
}

function missingKeys(table: Table, tables: readonly Table[]): ForeignKey[] {
  const bound = new Set(table.foreignKeys.flatMap(({ columns }) => columns));
  return table.columns.flatMap(({ name, typeOid }) => {
    if (bound.has(name)) return [];
    const elsewhere = tables.flatMap((other) =>
      other.foreignKeys.filter(
        ({ columns }) =>
          columns.length === 1 &&
          columns[0] === name &&
          other.columns.some((column) => column.name === name && column.typeOid === typeOid),
      ),
    );
    const [first] = elsewhere;
    const agree = elsewhere.every(({ references }) => references === first?.references);
    return first === undefined || !agree ? [] : [first];
  });
}

/** Whether a table refers to another, itself or through others. */
function leadsTo(
  tables: ReadonlyMap<number, Table>,
  { from, to }: { from: number; to: number },
  seen = new Set<number>(),
): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (tables.get(from)?.foreignKeys ?? []).some(({ references }) =>
    leadsTo(tables, { from: references, to }, seen),
  );
}
