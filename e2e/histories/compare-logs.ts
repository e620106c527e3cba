import type { Client } from "pg";
import type { Choices } from "./choices.ts";
import type { History } from "./history.ts";
import { rowId } from "./shape.ts";
import type { Side } from "./single-history.ts";

/** What the user's triggers wrote, but for rows that an UPDATE of the migration's own fills. */
export async function compareLogs(
  observer: Client,
  { client }: Side,
  { history, choices }: { history: History; choices: Choices },
): Promise<string[]> {
  const faults: string[] = [];
  for (const [at, { name }] of history.baseline.tables.entries()) {
    if (choices.tables[at]?.trigger !== "audit") continue;
    const filled = history.change.migration.includes(`update ${name} set`);
    const sql = `select ${rowId}::text as row, what, count(*)::integer as times from log_${name} where what <> $1::text group by 1, 2 order by 1, 2`;
    const values = [filled ? "UPDATE" : ""];
    const [wanted, got] = [await client.query(sql, values), await observer.query(sql, values)];
    const [left, right] = [linesOf(wanted.rows), linesOf(got.rows)];
    const odd = [
      ...left.filter((line) => !right.includes(line)),
      ...right.filter((line) => !left.includes(line)),
    ];
    if (odd.length > 0) faults.push(`the triggers of ${name} fired otherwise: ${odd.slice(0, 4).join(" ")}`);
  }
  return faults;
}

function linesOf(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row));
}
