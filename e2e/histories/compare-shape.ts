import type { Client } from "pg";
import type { Table } from "./shape.ts";
import { readRows, type Row, type Side } from "./single-history.ts";

/** What of a shape is not as the single history has it; nothing where all is well. */
export async function compareShape(
  shipped: Client,
  side: Side,
  { final }: { final: boolean },
): Promise<string[]> {
  const faults: string[] = [];
  for (const table of side.tables) {
    const got = await readRows(shipped, table);
    const wanted = side.rows.get(table.name) ?? new Map<string, Row>();
    for (const id of new Set([...got.keys(), ...wanted.keys()])) {
      const fault = compareRow(table, { got: got.get(id), wanted: wanted.get(id), final });
      if (fault !== undefined) faults.push(`${table.name} ${id}: ${fault}`);
    }
  }
  return faults;
}

function compareRow(
  table: Table,
  { got, wanted, final }: { got: Row | undefined; wanted: Row | undefined; final: boolean },
): string | undefined {
  if (got === undefined) return "is missing";
  if (wanted === undefined) return `is too many: ${JSON.stringify(got)}`;
  for (const { name, isVolatile, isLate, fill } of table.columns) {
    if (isLate && !final) continue;
    const [left, right] = [got[name] ?? null, wanted[name] ?? null];
    if (left === right) continue;
    if (isVolatile && left !== null && right !== null) continue;
    if (fill !== undefined && right === null && left === fill) continue;
    return `${name} is ${JSON.stringify(left)} and not ${JSON.stringify(right)}`;
  }
  return undefined;
}
