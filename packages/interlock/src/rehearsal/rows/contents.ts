import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import type { WireSession } from "../wire-session.ts";
import type { Table } from "./read-tables.ts";
import type { Value } from "./valid-values.ts";

/** A row by column name, its values as text. */
export type Row = ReadonlyMap<string, Value>;

/** The most rows of a table that are looked at. */
const rowsRead = 16;

/** The first rows of a table in the order of their making, as text. */
export async function readRows(session: WireSession, table: Table): Promise<Row[]> {
  if (table.columns.length === 0) return [];
  const columns = table.columns.map(({ name }) => `${quoteIdentifier(name)}::text`).join(", ");
  const { rows } = await session.execute(
    `select ${columns} from ${quoteQualified(table.schema, table.name)} order by tableoid, ctid limit ${String(rowsRead)}`,
  );
  return rows.map((values) => new Map(table.columns.map(({ name }, index) => [name, values[index] ?? null])));
}
