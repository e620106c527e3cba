import type { Client } from "pg";
import { batchSetting } from "../plan/backfill-sql.ts";
import type { BackfillPart } from "./backfill-parts.ts";
import type { StepPlace } from "./step-journal.ts";

/** How far a backfill is, as the journal has it. */
export interface BackfillRecord {
  parts: BackfillPart[];
  /** From 1: a part is gone through again where rows were left. */
  pass: number;
  /** The part under way; as many as there are when the pass is through. */
  part: number;
  /** The key of the last row looked at, or the next block; null at the start of a part. */
  lastKey: string[] | null;
  rowsSeen: number;
  rowsFilled: number;
  rowsTotal: number | null;
  rowsPerSecond: number;
  batchRows: number;
  updatedAt: Date;
}

interface BackfillRow {
  parts: BackfillPart[];
  pass: number;
  part: number;
  last_key: string[] | null;
  rows_seen: string;
  rows_filled: string;
  rows_total: string | null;
  rows_per_second: number;
  batch_rows: number;
  updated_at: Date;
}

const columns =
  "parts, pass, part, last_key, rows_seen, rows_filled, rows_total, rows_per_second, batch_rows, updated_at";

export async function readBackfill(
  client: Client,
  { number, ordinal }: StepPlace,
): Promise<BackfillRecord | undefined> {
  const { rows } = await client.query<BackfillRow>(
    `select ${columns} from interlock.backfills where change = $1::bigint and ordinal = $2::integer`,
    [number, ordinal],
  );
  return rows[0] === undefined ? undefined : recordOf(rows[0]);
}

export async function beginBackfill(
  client: Client,
  {
    number,
    ordinal,
    parts,
    rowsTotal,
    batchRows,
  }: StepPlace & { parts: BackfillPart[]; rowsTotal: number; batchRows: number },
): Promise<void> {
  await client.query(
    `insert into interlock.backfills (change, ordinal, parts, rows_total, batch_rows)
     values ($1::bigint, $2::integer, $3::jsonb, $4::bigint, $5::integer)`,
    [number, ordinal, JSON.stringify(parts), rowsTotal, batchRows],
  );
}

/** Begins another pass over parts that were looked up anew. */
export async function beginPass(
  client: Client,
  { number, ordinal, parts }: StepPlace & { parts: BackfillPart[] },
): Promise<void> {
  await client.query(
    `update interlock.backfills
        set parts = $3::jsonb, pass = pass + 1, part = 0, last_key = null, updated_at = clock_timestamp()
      where change = $1::bigint and ordinal = $2::integer`,
    [number, ordinal, JSON.stringify(parts)],
  );
}

/**
 * The statement that notes a batch in its own transaction, from what the batch left in its setting. The part
 * is through when fewer than `partEndsBelow` rows were seen.
 */
export function batchNotedSql({
  number,
  ordinal,
  partEndsBelow,
  rowsPerSecond,
  batchRows,
}: StepPlace & { partEndsBelow: number; rowsPerSecond: number; batchRows: number }): string {
  return `update interlock.backfills as b
     set rows_seen = rows_seen + (done.batch ->> 'seen')::bigint,
         rows_filled = rows_filled + (done.batch ->> 'filled')::bigint,
         part = part + case when (done.batch ->> 'seen')::bigint < ${String(partEndsBelow)} then 1 else 0 end,
         last_key = case when (done.batch ->> 'seen')::bigint < ${String(partEndsBelow)} then null
                         else array(select jsonb_array_elements_text(done.batch -> 'key')) end,
         rows_per_second = ${String(rowsPerSecond)}::double precision,
         batch_rows = ${String(batchRows)}, updated_at = clock_timestamp()
    from (select current_setting('${batchSetting}')::jsonb as batch) as done
   where b.change = ${String(BigInt(number))} and b.ordinal = ${String(ordinal)}
  returning ${columns
    .split(", ")
    .map((column) => `b.${column}`)
    .join(", ")}`;
}

/** What `batchNotedSql` answered. */
export function batchNoted(row: unknown): BackfillRecord {
  return recordOf(row as BackfillRow);
}

function recordOf(row: BackfillRow): BackfillRecord {
  return {
    parts: row.parts,
    pass: row.pass,
    part: row.part,
    lastKey: row.last_key,
    rowsSeen: Number(row.rows_seen),
    rowsFilled: Number(row.rows_filled),
    rowsTotal: row.rows_total === null ? null : Number(row.rows_total),
    rowsPerSecond: row.rows_per_second,
    batchRows: row.batch_rows,
    updatedAt: row.updated_at,
  };
}
