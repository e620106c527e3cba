import type { Client } from "pg";
import { readEarlierBackfill } from "./earlier-backfill.ts";
import { hasTable } from "./own-schema.ts";
import { readRanges, type RangeRecord } from "./ranges-journal.ts";
import type { BackfillProgress } from "./ship-event.ts";
import type { StepPlace } from "./step-journal.ts";

/** Below this share of the blocks, statistics tell the number of rows better than what was seen. */
const tellingShare = 0.05;
/** A batch and the pause after it take no longer than this, so a rate that was noted longer ago is none any more. */
const freshMs = 5_000;

/** What to tell of a walk through a table: `ranges` are those of all its passes. */
export function progressOf(
  ranges: readonly RangeRecord[],
  { rowsPerSecond, batchRows }: { rowsPerSecond: number; batchRows: number },
): BackfillProgress {
  const pass = Math.max(...ranges.map((range) => range.pass));
  const current = ranges.filter((range) => range.pass === pass);
  const rowsFilled = sum(ranges.map((range) => range.rowsFilled));
  const rowsSeen = sum(current.map((range) => range.rowsSeen));
  const rowsTotal = totalOf(current, rowsSeen);
  const remainingMs =
    rowsTotal === null || rowsPerSecond === 0
      ? null
      : Math.round(((rowsTotal - rowsSeen) / rowsPerSecond) * 1_000);
  return { rowsSeen, rowsFilled, rowsTotal, rowsPerSecond, remainingMs, batchRows };
}

/** The same, as it is in the journal. Undefined where it was not begun. */
export async function readProgress(client: Client, place: StepPlace): Promise<BackfillProgress | undefined> {
  // Whoever only looks may find a journal that an earlier version of this program made.
  const ranges = (await hasTable(client, "ranges")) ? await readRanges(client, place) : [];
  if (ranges.length > 0) {
    const latest = ranges.reduce((left, right) => (right.updatedAt > left.updatedAt ? right : left));
    const { rows } = await client.query<{ now: Date }>("select clock_timestamp() as now");
    const ageMs = (rows[0]?.now.getTime() ?? 0) - latest.updatedAt.getTime();
    const rowsPerSecond = Math.round(latest.rowsPerSecond * Math.min(1, freshMs / Math.max(ageMs, 1)));
    return progressOf(ranges, { rowsPerSecond, batchRows: latest.batchRows });
  }
  const earlier = await readEarlierBackfill(client, place);
  if (earlier === undefined) return undefined;
  const { rowsSeen, rowsFilled, rowsPerSecond, batchRows } = earlier;
  const rowsTotal = earlier.rowsTotal === null ? null : Math.max(earlier.rowsTotal, rowsSeen);
  return { rowsSeen, rowsFilled, rowsTotal, rowsPerSecond, remainingMs: null, batchRows };
}

/** About how many rows there are: what was seen, and what is to be expected of the rest; null where nothing says. */
function totalOf(ranges: readonly RangeRecord[], rowsSeen: number): number | null {
  if (ranges.every(({ ended }) => ended)) return rowsSeen;
  let [done, all] = [0, 0];
  for (const { part, lastKey, ended } of ranges) {
    if (part.by === "key") return estimateOf(ranges, rowsSeen);
    const { from = 0, blocks } = part;
    all += blocks - from;
    done += ended ? blocks - from : Number(lastKey?.[0] ?? from) - from;
  }
  const estimate = estimateOf(ranges, rowsSeen);
  if (done === 0 || (estimate !== null && done < tellingShare * all)) return estimate;
  return Math.round((rowsSeen / done) * all);
}

function estimateOf(ranges: readonly RangeRecord[], rowsSeen: number): number | null {
  if (ranges.some(({ part }) => part.rows === undefined)) return null;
  return Math.max(rowsSeen, sum(ranges.map(({ part }) => part.rows ?? 0)));
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
