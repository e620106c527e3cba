import { explainRefusal, type Statistics } from "./find-statistics.ts";
import type { ReadingSession } from "./reading-session.ts";

/** One statement as pg_stat_statements counts it. */
export interface RunningEntry {
  /** Null where the server has lost the text. */
  query: string | null;
  calls: number;
  /** The role that runs it. */
  role: string;
}

export interface Entries {
  entries: RunningEntry[];
  /** Entries whose text this role may not see. */
  hidden: number;
  /** Entries with texts that are longer than is read. */
  tooLong: number;
  /** There are more than are read. */
  hasMore: boolean;
  /** How often entries were dropped to make room; undefined where the version does not say. */
  dropped: number | undefined;
  /** Since when it counts, where it says so. */
  since: Date | undefined;
}

interface Row {
  query: string | null;
  length: number;
  entries: number;
  calls: string;
  role: string;
}

/** More entries than anybody's pg_stat_statements.max is of use. */
const mostEntries = 50_000;
/** As for recordings: longer statements are lists of values. */
const longestText = 1024 * 1024;
/** What the server shows in place of a text to a role without pg_read_all_stats. */
const hiddenText = "<insufficient privilege>";

/**
 * The statements of this database that came from clients themselves, not from functions, the most called
 * first. Throws `Failure` "statement-statistics-not-loaded" or "statement-statistics-not-allowed".
 */
export async function readEntries(session: ReadingSession, statistics: Statistics): Promise<Entries> {
  const { relation, columns, information } = statistics;
  const topLevel = columns.has("toplevel") ? "and s.toplevel" : "";
  try {
    const rows = await session.query<Row>(
      `select case when pg_catalog.length(s.query) <= $1::integer then s.query end as query,
              coalesce(pg_catalog.length(s.query), 0) as length,
              pg_catalog.count(*)::integer as entries, pg_catalog.sum(s.calls)::text as calls,
              (pg_catalog.array_agg(pg_catalog.pg_get_userbyid(s.userid)::text order by s.calls desc))[1] as role
         from ${relation} s
        where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
          and s.calls > 0 ${topLevel}
        group by s.query, s.queryid
        order by pg_catalog.sum(s.calls) desc limit $2::integer`,
      [longestText, mostEntries + 1],
    );
    const read = rows.slice(0, mostEntries);
    const visible = read.filter(({ query }) => query !== hiddenText);
    const short = visible.filter(({ length }) => length <= longestText);
    const count = (some: readonly Row[]): number => some.reduce((sum, { entries }) => sum + entries, 0);
    return {
      entries: short.map(({ query, calls, role }) => ({ query, calls: Number(calls), role })),
      hidden: count(read) - count(visible),
      tooLong: count(visible) - count(short),
      hasMore: rows.length > read.length,
      ...(await readInformation(session, information)),
    };
  } catch (error) {
    throw explainRefusal(error);
  }
}

async function readInformation(
  session: ReadingSession,
  information: string | undefined,
): Promise<Pick<Entries, "dropped" | "since">> {
  if (information === undefined) return { dropped: undefined, since: undefined };
  const [row] = await session.query<{ dealloc: string; stats_reset: Date }>(
    `select i.dealloc::text as dealloc, i.stats_reset from ${information} i`,
  );
  return { dropped: Number(row?.dealloc ?? 0), since: row?.stats_reset };
}
