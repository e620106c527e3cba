import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { findIncident } from "../../incident/find-incident.ts";
import type { SeriesPoint } from "./series.ts";

/**
 * Keeps what a platform counted around an incident. A moment that was given before is given anew, so that the same can
 * be sent again. Answers how many moments there are now. Throws `Failure` "not-found" or "forbidden".
 */
export async function pushSeries(
  { control }: { control: Control },
  { incident, points, caller }: { incident: string; points: readonly SeriesPoint[]; caller: Caller },
): Promise<{ points: number }> {
  return control.transact(async ({ query, audit, emit }) => {
    const { id: subject, environment } = await findIncident(query, incident);
    requireEnvironment(caller, environment);
    // The last one of a moment counts, and in one order, so that two who send at once don't wait for each other.
    const last = new Map(points.map((point) => [point.at.getTime(), point]));
    const sorted = [...last.values()].toSorted((left, right) => left.at.getTime() - right.at.getTime());
    await query(
      `insert into interlock_control.incident_series (incident, at, ok, failed, recorded_by)
       select $1::text, at, ok, failed, $5::text
         from unnest($2::timestamptz[], $3::bigint[], $4::bigint[]) as given (at, ok, failed)
       on conflict (incident, at) do update
         set ok = excluded.ok, failed = excluded.failed, recorded_at = clock_timestamp(), recorded_by = excluded.recorded_by`,
      [
        subject,
        sorted.map(({ at }) => at),
        sorted.map(({ ok }) => ok),
        sorted.map(({ failed }) => failed),
        caller.owner,
      ],
    );
    const [count] = await query<{ points: number }>(
      "select count(*)::integer as points from interlock_control.incident_series where incident = $1::text",
      [subject],
    );
    audit({
      actor: caller.owner,
      action: "incident.push-series",
      environment,
      subject,
      detail: { moments: sorted.length },
    });
    emit({ kind: "incident-series-pushed", environment, subject, detail: { moments: sorted.length } });
    return { points: count?.points ?? 0 };
  });
}
