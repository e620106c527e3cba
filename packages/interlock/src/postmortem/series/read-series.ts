import type { Control } from "../../control/control.ts";
import type { RequestCounts } from "../facts.ts";
import type { Series, SeriesPoint } from "./series.ts";

/** Points that are read at most: a second each, that is five hours and a half. */
const mostPoints = 20_000;

/** What the platform counted around an incident; else the probes of the components that it affected. */
export async function readSeries(query: Control["query"], incident: string): Promise<Series> {
  const counted = await query<Row>(countedSql, [incident, mostPoints]);
  if (counted.length > 0) return { source: "requests", points: counted.map(pointOf) };
  const probed = await query<Row>(probedSql, [incident]);
  return { source: "probes", points: probed.map(pointOf) };
}

/** Requests of clients from the start until the service was back. Null where nobody counted them. */
export function requestsWithin(
  { source, points }: Series,
  { from, until }: { from: Date; until: Date | null },
): RequestCounts | null {
  const within = points.filter(({ at }) => at >= from && (until === null || at < until));
  if (source === "probes" || within.length === 0) return null;
  const failed = within.reduce((sum, point) => sum + point.failed, 0);
  return { failed, total: failed + within.reduce((sum, point) => sum + point.ok, 0) };
}

/**
 * What monitoring systems said of failed requests in the signals of an incident: the most that any of them said, since
 * they tell of the same requests. Null where none said anything.
 */
export async function readSignalled(
  query: Control["query"],
  incident: string,
): Promise<RequestCounts | null> {
  const [row] = await query<{ failed: string | null; total: string | null }>(signalledSql, [incident]);
  if (row === undefined || row.failed === null) return null;
  return { failed: Number(row.failed), total: row.total === null ? null : Number(row.total) };
}

interface Row {
  at: Date;
  ok: string;
  failed: string;
}

function pointOf({ at, ok, failed }: Row): SeriesPoint {
  return { at, ok: Number(ok), failed: Number(failed) };
}

const countedSql = `select at, ok, failed from interlock_control.incident_series
  where incident = $1::text order by at limit $2::integer`;

// From a quarter of an hour before to one after, so that what it was like before and after is seen.
const probedSql = `select m.minute as at, sum(m.ok)::bigint as ok, sum(m.failed)::bigint as failed
  from interlock_control.incidents i
  join interlock_control.probes p on p.environment = i.environment
  join interlock_control.probe_minutes m on m.probe = p.id
  where i.id = $1::text
    and m.minute >= i.started_at - interval '15 minutes'
    and m.minute <= coalesce(i.ended_at, i.recovered_at, clock_timestamp()) + interval '15 minutes'
    and p.component in (select c.key from interlock_control.component_impacts x
                          join interlock_control.components c on c.id = x.component
                         where x.incident = i.id and x.status <> 'operational')
  group by m.minute order by m.minute limit 2000`;

// What senders write is theirs to choose: only a number that can be a count is one.
const signalledSql = `select trunc(failed)::text as failed, case when total >= failed then trunc(total)::text end as total
  from (select case when jsonb_typeof(detail -> 'failedRequests') = 'number' then (detail -> 'failedRequests')::numeric end as failed,
               case when jsonb_typeof(detail -> 'requests') = 'number' then (detail -> 'requests')::numeric end as total
          from interlock_control.signals where incident = $1::text) as told
 where failed between 0 and 1000000000000 and (total is null or total <= 1000000000000)
 order by told.failed desc limit 1`;
