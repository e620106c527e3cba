import type { Client } from "pg";
import { describeCatalog } from "../catalog/describe.ts";
import { readTables } from "../catalog/read-tables.ts";
import type { Baseline } from "../rehearsal/baseline.ts";
import { quoteQualified } from "../sql/quote.ts";

export interface Outcome {
  catalog: ReadonlyMap<string, string>;
  /** By table: each row as its columns' values, as text. */
  rows: Map<string, Record<string, string | null>[]>;
  /** By table: the columns that a row is given a number for, in the order in which rows come. */
  numbered: Map<string, string[]>;
}

/** What a piece of work leaves on a copy of the baseline. */
export async function outcome(baseline: Baseline, work: (client: Client) => Promise<void>): Promise<Outcome> {
  const { sandbox } = baseline;
  const database = await sandbox.createDatabase(baseline.database);
  const client = await sandbox.migrator(database);
  try {
    await work(client);
    return await read(client);
  } finally {
    await client.end();
    await sandbox.dropDatabase(database);
  }
}

/** The catalog and the rows as they are. */
export async function read(client: Client): Promise<Outcome> {
  const rows: Outcome["rows"] = new Map();
  const numbered: Outcome["numbered"] = new Map();
  for (const { schema, name, columns } of await readTables(client)) {
    const own = columns.filter(
      ({ identity, ownedSequences }) => identity !== null || ownedSequences.length > 0,
    );
    numbered.set(
      `${schema}.${name}`,
      own.map((column) => column.name),
    );
    const answer = await client.query<{ row: Record<string, string | null> }>(
      `select (select json_object_agg(key, value) from json_each_text(row_to_json(t.*))) as row from ${quoteQualified(schema, name)} as t`,
    );
    rows.set(
      `${schema}.${name}`,
      answer.rows.map(({ row }) => row),
    );
  }
  return { catalog: await describeCatalog(client), rows, numbered };
}

/**
 * With numbers that a sequence gave only as far as they matter: whether there is one, and whether the row has it
 * alone. `numbered` are the columns, each as JSON of its table and itself.
 */
export function tellNumbers(whole: Outcome, numbered: ReadonlySet<string>): Outcome {
  const told = [...whole.rows].map(([table, all]): [string, Record<string, string | null>[]] => {
    const columns = Object.keys(all[0] ?? {}).filter((column) =>
      numbered.has(JSON.stringify([table, column])),
    );
    const tell = (column: string, value: string | null): string | null => {
      if (value === null) return null;
      return all.filter((row) => row[column] === value).length === 1
        ? "a number of its own"
        : "a number of several";
    };
    return [
      table,
      all.map((row) => ({
        ...row,
        ...Object.fromEntries(columns.map((column) => [column, tell(column, row[column] ?? null)])),
      })),
    ];
  });
  return { ...whole, rows: new Map(told) };
}

/** Tables whose rows differ, apart from columns that differ between two equal runs as well (clocks, random values). */
export function compareRows({
  left,
  again,
  right,
  against = "what the migration alone gives",
}: {
  left: Outcome;
  again: Outcome;
  right: Outcome;
  against?: string;
}): string[] {
  return [...left.rows].flatMap(([table, rows]) => {
    const others = right.rows.get(table) ?? [];
    const columns = Object.keys(rows[0] ?? {}).filter(
      (column) => values(rows, column) === values(again.rows.get(table) ?? [], column),
    );
    const print = (row: Record<string, string | null>): string =>
      JSON.stringify(columns.map((column) => row[column]));
    const [wanted, got] = [rows.map(print).toSorted(), others.map(print).toSorted()];
    if (JSON.stringify(wanted) === JSON.stringify(got)) return [];
    const odd = columns.filter((column) => values(rows, column) !== values(others, column));
    return [`rows of ${table} differ from ${against}${odd.length === 0 ? "" : `, in ${odd.join(", ")}`}`];
  });
}

function values(rows: readonly Record<string, string | null>[], column: string): string {
  return JSON.stringify(rows.map((row) => row[column] ?? null).toSorted());
}
