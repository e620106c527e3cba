import type { Figures } from "../../api/figures.ts";
import type { Incident } from "../../api/incidents.ts";
import type { Control } from "../../control/control.ts";
import { Failure } from "../../std/failure.ts";
import { environmentNotFound } from "../../gate/environment-not-found.ts";
import { timesOf, type IncidentTimes } from "../times.ts";
import { definitions, keysOf } from "./delivery.ts";
import { readChangeTimes } from "./read-change-times.ts";
import { summaryOf } from "./summary.ts";

const dayMs = 86_400_000;

interface IncidentRow {
  reference: string;
  priority: Incident["priority"];
  started_at: Date;
  detected_at: Date;
  opened_at: Date;
  unit_opened_at: Date | null;
  first_update_at: Date | null;
  recovered_at: Date | null;
  ended_at: Date | null;
}

/** The figures of an environment over a time, by default the last 30 days. Throws `Failure` "not-found" or "input-not-valid". */
export async function readFigures(
  query: Control["query"],
  asked: { environment: string; since?: Date | undefined; until?: Date | undefined },
): Promise<Figures> {
  const { environment } = asked;
  const until = asked.until ?? new Date();
  const from = asked.since ?? new Date(until.getTime() - 30 * dayMs);
  if (from >= until) throw noTime();
  const found = await query("select from interlock_control.environments where name = $1::text", [
    environment,
  ]);
  if (found.length === 0) throw environmentNotFound(environment);
  const span = [environment, from, until];
  const incidents = (await query<IncidentRow>(incidentsSql, span)).map((row) => ({
    reference: row.reference,
    priority: row.priority,
    startedAt: row.started_at.toISOString(),
    times: timesOf({
      startedAt: row.started_at,
      detectedAt: row.detected_at,
      declaredAt: row.opened_at,
      unitAt: row.unit_opened_at,
      firstUpdateAt: row.first_update_at,
      recoveredAt: row.recovered_at,
      endedAt: row.ended_at,
    }),
  }));
  const deployments = await query<{ at: Date }>(deploymentsSql, span);
  const changes = await readChangeTimes(query, { environment, from, until });
  const summary = (name: keyof IncidentTimes): ReturnType<typeof summaryOf> =>
    summaryOf(incidents.map(({ times }) => times[name]));
  const wentOut = changes.filter(
    ({ wentOutAt }) => wentOutAt !== null && wentOutAt >= from && wentOutAt < until,
  );
  return {
    environment,
    from: from.toISOString(),
    until: until.toISOString(),
    incidents,
    summaries: {
      detectMs: summary("detectMs"),
      declareMs: summary("declareMs"),
      unitMs: summary("unitMs"),
      firstUpdateMs: summary("firstUpdateMs"),
      recoverMs: summary("recoverMs"),
      resolveMs: summary("resolveMs"),
    },
    keys: keysOf({
      from,
      until,
      deployments: deployments.map(({ at }) => at),
      changes: wentOut.map(({ time, causedIncident }) => ({
        leadMs: time.until === null ? null : time.totalMs,
        causedIncident,
      })),
      restoreMs: incidents.map(({ times }) => times.recoverMs),
    }),
    definitions: { ...definitions },
    changes: changes.map(({ time }) => time),
  };
}

function noTime(): Failure {
  return new Failure({
    code: "input-not-valid",
    message: "The time that is asked about ends before it begins.",
    state: "Nothing was changed.",
    next: "Give a --since that is earlier than --until.",
  });
}

const incidentsSql = `select 'INC-' || i.number as reference, i.priority, i.started_at, i.detected_at, i.opened_at, i.unit_opened_at,
    (select min(u.published_at) from interlock_control.updates u
      where u.incident = i.id and u.state = 'published') as first_update_at,
    i.recovered_at, i.ended_at
  from interlock_control.incidents i
 where i.environment = $1::text and i.started_at >= $2::timestamptz and i.started_at < $3::timestamptz
   and i.merged_into is null
 order by i.started_at desc limit 500`;

const deploymentsSql = `select ended_at as at from interlock_control.releases
   where environment = $1::text and state = 'finished' and ended_at >= $2::timestamptz and ended_at < $3::timestamptz
  union all
  select ended_at from interlock_control.shipments
   where environment = $1::text and state = 'done' and ended_at >= $2::timestamptz and ended_at < $3::timestamptz`;
