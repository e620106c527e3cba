import { displayName } from "../../sql/quote.ts";
import type { Work } from "../waiting/work.ts";
import type { Rate, Rates } from "./rates.ts";
import type { Stats, TableStats } from "./stats.ts";

/** What a duration is estimated from. */
export interface Sizes {
  stats: Stats;
  rates: Rates;
}

export interface Duration {
  ms: number;
  /** From what it was estimated, for people. */
  how: string;
}

/**
 * How long a piece of work takes at the size of production, from what the shadow was measured to do. Undefined for a
 * table whose size is not known. It is about right for a server that is as fast and as idle as the shadow.
 */
export function estimate(work: Work, { stats, rates }: Sizes): Duration | undefined {
  const table = stats.tables.find(({ schema, name }) => named(work.relation, { schema, name }));
  if (table === undefined) return undefined;
  switch (work.kind) {
    case "rewrite": {
      const { ms, how } = take(table, { rate: rates.rewriting, doing: "rewriting" });
      // All indexes are built anew.
      const again = table.indexBytes / rates.building.bytesPerSecond;
      return { ms: Math.round(ms + again * 1_000), how };
    }
    case "index":
      return building(table, { rates, indexes: Math.max(1, work.names.length) });
    case "verify":
      return work.names.length > 0
        ? take(table, { rate: rates.matching, doing: "looking up foreign keys" })
        : take(table, { rate: rates.verifying, doing: "reading" });
    case "change":
      return take(table, { rate: rates.changing, doing: "updating" });
    case "read":
      return take(table, { rate: rates.verifying, doing: "reading" });
  }
}

/** The sum; undefined where a part is not known. */
export function estimateAll(works: readonly Work[], sizes: Sizes): Duration | undefined {
  const parts = works.map((work) => estimate(work, sizes));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return {
    ms: parts.reduce((sum, { ms }) => sum + ms, 0),
    how: [...new Set(parts.map(({ how }) => how))].join("; "),
  };
}

function take({ rows, bytes }: TableStats, { rate, doing }: { rate: Rate; doing: string }): Duration {
  const byBytes = bytes / rate.bytesPerSecond;
  const byRows = (rows ?? 0) / rate.rowsPerSecond;
  const ms = Math.round(Math.max(byBytes, byRows) * 1_000);
  const size =
    rows === null ? sizeOf(bytes) : `${Math.round(rows).toLocaleString("en")} rows, ${sizeOf(bytes)}`;
  const speed =
    byRows > byBytes ? `${rounded(rate.rowsPerSecond)} rows/s` : `${sizeOf(rate.bytesPerSecond)}/s`;
  return { ms, how: `${size} at ${speed} ${doing}, measured on the shadow` };
}

/** Rows are sorted for an index, however long they are, once the table has been read. */
function building(table: TableStats, { rates, indexes }: { rates: Rates; indexes: number }): Duration {
  const reading = take(table, { rate: rates.verifying, doing: "reading" });
  if (table.rows === null) return { ...reading, ms: reading.ms * indexes };
  const rate = { ...rates.building, bytesPerSecond: Number.POSITIVE_INFINITY };
  const sorting = take(table, { rate, doing: "building an index" });
  const { ms, how } = sorting.ms > reading.ms ? sorting : reading;
  return { ms: ms * indexes, how };
}

/** Names as PostgreSQL's format('%I') writes them, which quotes some more than we do. */
function named(relation: string, { schema, name }: { schema: string; name: string }): boolean {
  return (
    relation === displayName(schema, name) ||
    relation.replaceAll('"', "") === `${schema}.${name}`.replaceAll('"', "")
  );
}

/** Two digits that count. */
function rounded(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString("en");
}

/** "3.1 GB". */
export function sizeOf(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** power;
  return `${value >= 100 || power === 0 ? String(Math.round(value)) : String(Number(value.toPrecision(2)))} ${units[power] ?? ""}`;
}

/** "120 ms", "17 s", "23 min", "4 h". */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${String(Math.max(1, Math.round(ms)))} ms`;
  if (ms < 90_000) return `${String(Number((ms / 1_000).toPrecision(2)))} s`;
  if (ms < 90 * 60_000) return `${String(Math.round(ms / 60_000))} min`;
  return `${String(Math.round(ms / 3_600_000))} h`;
}
