import type { Client } from "pg";
import type { BackfillPart } from "./backfill-parts.ts";
import type { StepPlace } from "./step-journal.ts";

/** How far a backfill was that a version of this program began which kept one row for each. */
export interface EarlierBackfill {
  parts: BackfillPart[];
  pass: number;
  /** The part under way; as many as there are when the pass is through. */
  part: number;
  lastKey: string[] | null;
  rowsSeen: number;
  rowsFilled: number;
  rowsTotal: number | null;
  rowsPerSecond: number;
  batchRows: number;
}

interface Row {
  parts: BackfillPart[];
  pass: number;
  part: number;
  last_key: string[] | null;
  rows_seen: string;
  rows_filled: string;
  rows_total: string | null;
  rows_per_second: number;
  batch_rows: number;
}

export async function readEarlierBackfill(
  client: Client,
  { number, ordinal }: StepPlace,
): Promise<EarlierBackfill | undefined> {
  const { rows } = await client.query<Row>(
    `select parts, pass, part, last_key, rows_seen, rows_filled, rows_total, rows_per_second, batch_rows
       from interlock.backfills where change = $1::bigint and ordinal = $2::integer`,
    [number, ordinal],
  );
  const [row] = rows;
  return row === undefined
    ? undefined
    : {
        parts: row.parts,
        pass: row.pass,
        part: row.part,
        lastKey: row.last_key,
        rowsSeen: Number(row.rows_seen),
        rowsFilled: Number(row.rows_filled),
        rowsTotal: row.rows_total === null ? null : Number(row.rows_total),
        rowsPerSecond: row.rows_per_second,
        batchRows: row.batch_rows,
      };
}
