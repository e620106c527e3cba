import type { Client } from "pg";
import { batchSetting } from "../plan/backfill-sql.ts";
import type { BackfillPart } from "./backfill-parts.ts";
import type { StepPlace } from "./step-journal.ts";

/** How far one range of a walk through a table is, as the journal has it. */
export interface RangeRecord {
  /** From 1: a table is gone through again where rows were left. */
  pass: number;
  /** From 1, within its pass. */
  range: number;
  part: BackfillPart;
  /** The key of the last row looked at, or the next block; null at the start. */
  lastKey: string[] | null;
  rowsSeen: number;
  /** Rows that were written; of a verification those that offend. */
  rowsFilled: number;
  ended: boolean;
  /** Of the walk as a whole, when this was noted. */
  rowsPerSecond: number;
  batchRows: number;
  updatedAt: Date;
}

interface RangeRow {
  pass: number;
  range: number;
  part: BackfillPart;
  last_key: string[] | null;
  rows_seen: string;
  rows_filled: string;
  ended: boolean;
  rows_per_second: number;
  batch_rows: number;
  updated_at: Date;
}

const columns = [
  "pass",
  "range",
  "part",
  "last_key",
  "rows_seen",
  "rows_filled",
  "ended",
  "rows_per_second",
  "batch_rows",
  "updated_at",
];

/** Every range of a step, of all its passes, in order. */
export async function readRanges(client: Client, { number, ordinal }: StepPlace): Promise<RangeRecord[]> {
  const { rows } = await client.query<RangeRow>(
    `select ${columns.join(", ")} from interlock.ranges
      where change = $1::bigint and ordinal = $2::integer order by pass, range`,
    [number, ordinal],
  );
  return rows.map(recordOf);
}

/** Writes down the ranges of another pass. */
export async function beginRanges(
  client: Client,
  {
    number,
    ordinal,
    pass,
    parts,
  }: StepPlace & { pass: number; parts: readonly (BackfillPart & { lastKey?: string[] | null })[] },
): Promise<void> {
  const ranges = parts.map(({ lastKey = null, ...part }, at) => ({ range: at + 1, part, last_key: lastKey }));
  await client.query(
    `insert into interlock.ranges (change, ordinal, pass, range, part, last_key, taken_up)
     select $1::bigint, $2::integer, $3::integer, given.range, given.part, given.last_key,
            coalesce((select max(taken_up) from interlock.ranges where change = $1::bigint and ordinal = $2::integer), 1)
       from jsonb_to_recordset($4::jsonb) as given (range integer, part jsonb, last_key text[])`,
    [number, ordinal, pass, JSON.stringify(ranges)],
  );
}

/**
 * Takes the ranges of a step up, and with it from whoever had them: workers of another executor that was lost
 * commit nothing afterwards. Returns what this one's workers are known by.
 */
export async function takeUpRanges(client: Client, { number, ordinal }: StepPlace): Promise<number> {
  const { rows } = await client.query<{ taken_up: number }>(
    `update interlock.ranges set taken_up = taken_up + 1
      where change = $1::bigint and ordinal = $2::integer returning taken_up`,
    [number, ordinal],
  );
  return rows[0]?.taken_up ?? 1;
}

/** Forgets how far a step was, so that it begins anew. */
export async function forgetRanges(client: Client, { number, ordinal }: StepPlace): Promise<void> {
  await client.query("delete from interlock.ranges where change = $1::bigint and ordinal = $2::integer", [
    number,
    ordinal,
  ]);
}

/** Notes a stretch of blocks that was looked at, up to before block `to`. */
export async function noteStretch(
  client: Client,
  noted: StepPlace & {
    pass: number;
    range: number;
    to: number;
    seen: number;
    found: number;
    ended: boolean;
    rowsPerSecond: number;
  },
): Promise<RangeRecord> {
  const { number, ordinal, pass, range, to, seen, found, ended, rowsPerSecond } = noted;
  const { rows } = await client.query<RangeRow>(
    `update interlock.ranges
        set last_key = array[$5::text], rows_seen = rows_seen + $6::bigint, rows_filled = rows_filled + $7::bigint,
            ended = $8::boolean, rows_per_second = $9::double precision, batch_rows = $6::bigint,
            updated_at = clock_timestamp()
      where change = $1::bigint and ordinal = $2::integer and pass = $3::integer and range = $4::integer
      returning ${columns.join(", ")}`,
    [number, ordinal, pass, range, String(to), seen, found, ended, rowsPerSecond],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a range that is gone through is in the journal");
  return recordOf(row);
}

export interface NotedBatch extends StepPlace {
  pass: number;
  range: number;
  /** Whether what the batch left as its key is where the range goes on; otherwise more is to be done before it. */
  movesOn: boolean;
  /** The range is through when fewer rows than this were seen. */
  endsBelow: number;
  rowsPerSecond: number;
  batchRows: number;
}

/**
 * The statement that notes a batch in its own transaction, from what the batch left in its setting. It answers
 * the range as it is then, and `batch`: what was done, and how many rows stayed in their pages (`hot`).
 */
export function batchNotedSql(noted: NotedBatch & { table: string }): string {
  const { number, ordinal, pass, range, movesOn, endsBelow, rowsPerSecond, batchRows, table } = noted;
  return `update interlock.ranges as r
     set rows_seen = rows_seen + (done.batch ->> 'seen')::bigint,
         rows_filled = rows_filled + (done.batch ->> 'filled')::bigint - (done.batch ->> 'kept')::bigint,
         ended = (done.batch ->> 'seen')::bigint < ${String(endsBelow)},
         last_key = case when ${String(movesOn)} and jsonb_typeof(done.batch -> 'key') = 'array'
                         then array(select jsonb_array_elements_text(done.batch -> 'key')) else last_key end,
         rows_per_second = ${String(rowsPerSecond)}::double precision,
         batch_rows = ${String(batchRows)}, updated_at = clock_timestamp()
    from (select current_setting('${batchSetting}')::jsonb as batch) as done
   where r.change = ${String(BigInt(number))} and r.ordinal = ${String(ordinal)}
     and r.pass = ${String(pass)} and r.range = ${String(range)}
  returning ${columns.map((column) => `r.${column}`).join(", ")}, done.batch,
            pg_catalog.pg_stat_get_xact_tuples_hot_updated(${table}::regclass)::integer as hot`;
}

/** What `batchNotedSql` answered. */
export function batchNoted(row: unknown): {
  record: RangeRecord;
  seen: number;
  filled: number;
  kept: number;
  hot: number;
} {
  const noted = row as RangeRow & { batch: { seen: number; filled: number; kept: number }; hot: number };
  return { record: recordOf(noted), hot: noted.hot, ...pick(noted.batch) };
}

function pick({ seen, filled, kept }: { seen: number; filled: number; kept: number }): {
  seen: number;
  filled: number;
  kept: number;
} {
  return { seen, filled, kept };
}

/** The SQLSTATE, of a class that nobody else uses, with which a batch says that another executor has its range. */
export const rangeTakenSqlstate = "IL002";

/**
 * The statement that takes a batch back where another executor took its range up. Workers beside the executor's
 * session need it: that session's lock is not theirs.
 */
export function stillOursSql({
  number,
  ordinal,
  pass,
  range,
  takenUp,
}: StepPlace & { pass: number; range: number; takenUp: number }): string {
  return `do $$ begin
  if not exists (select from interlock.ranges where change = ${String(BigInt(number))} and ordinal = ${String(ordinal)}
      and pass = ${String(pass)} and range = ${String(range)} and taken_up = ${String(takenUp)}) then
    raise exception 'another executor has taken this range up' using errcode = '${rangeTakenSqlstate}';
  end if;
end $$`;
}

function recordOf(row: RangeRow): RangeRecord {
  return {
    pass: row.pass,
    range: row.range,
    part: row.part,
    lastKey: row.last_key,
    rowsSeen: Number(row.rows_seen),
    rowsFilled: Number(row.rows_filled),
    ended: row.ended,
    rowsPerSecond: row.rows_per_second,
    batchRows: row.batch_rows,
    updatedAt: row.updated_at,
  };
}
