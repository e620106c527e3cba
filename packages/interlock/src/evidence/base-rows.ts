import { environmentNotFound } from "../environment/find-environment.ts";
import type { ReleaseState } from "../environment/live-versions.ts";
import type { Query } from "../environment/query.ts";
import type { AlarmFact, ShipmentFact } from "./facts.ts";

/** A release as it stands in the control database. */
export type KnownRelease = ReleaseState & { id: string; startedBy: string };

/** What the control database has of an environment, but for workloads and changes. */
export interface BaseRows {
  tools: string[];
  /** How long a version counts as live after its last session, in milliseconds. */
  graceMs: number;
  /** Those that run, and of each app the last that finished. */
  releases: KnownRelease[];
  /** Who was seen within the time of grace. */
  sightings: { database: string; applicationName: string; sessions: number; lastSeenAt: Date }[];
  alarms: AlarmFact[];
  shipments: ShipmentFact[];
  /** Versions whose names PostgreSQL cuts. */
  longVersions: string[];
  /** Whether a shipment ended a moment ago, so that a target may be different from when it was looked at last. */
  shippedLately: boolean;
}

interface Row {
  tools: string[];
  grace_seconds: number;
  releases: (Omit<KnownRelease, "startedAt" | "expectedUntil" | "endedAt"> & {
    startedAt: string;
    expectedUntil: string;
    endedAt: string | null;
  })[];
  sightings: (Omit<BaseRows["sightings"][number], "lastSeenAt"> & { lastSeenAt: string })[];
  alarms: AlarmFact[];
  shipments: ShipmentFact[];
  long_versions: string[];
  shipped_lately: boolean;
}

/** Throws `Failure` "not-found". */
export async function readBaseRows(
  query: Query,
  { environment, at }: { environment: string; at: Date },
): Promise<BaseRows> {
  const [row] = await query<Row>(readSql, [environment, at]);
  if (row === undefined) throw environmentNotFound(environment);
  return {
    tools: row.tools,
    graceMs: row.grace_seconds * 1_000,
    releases: row.releases.map((release) => ({
      ...release,
      startedAt: new Date(release.startedAt),
      expectedUntil: new Date(release.expectedUntil),
      endedAt: release.endedAt === null ? null : new Date(release.endedAt),
    })),
    sightings: row.sightings.map((seen) => ({ ...seen, lastSeenAt: new Date(seen.lastSeenAt) })),
    alarms: row.alarms,
    shipments: row.shipments,
    longVersions: row.long_versions,
    shippedLately: row.shipped_lately,
  };
}

const list = (object: string, from: string): string =>
  `(select coalesce(jsonb_agg(${object}), '[]'::jsonb) from ${from})`;

/** Moments as decisions have them: ISO 8601, UTC, milliseconds. */
const moment = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const release = `jsonb_build_object('id', id, 'app', app, 'version', version, 'state', state, 'startedBy', started_by,
  'startedAt', ${moment("started_at")}, 'expectedUntil', ${moment("expected_until")}, 'endedAt', ${moment("ended_at")})`;

const readSql = `select e.tools, e.grace_seconds,
  ${list(
    release,
    `(select * from interlock_control.releases r where r.environment = e.name and r.state = 'running'
      union all
      select * from (select distinct on (app) * from interlock_control.releases r
                      where r.environment = e.name and r.state = 'finished' order by app, ended_at desc, id) last) known`,
  )} as releases,
  ${list(
    `jsonb_build_object('database', database, 'applicationName', application_name, 'sessions', sessions,
      'lastSeenAt', ${moment("last_seen_at")})`,
    `interlock_control.sightings s where s.environment = e.name
       and s.last_seen_at > $2::timestamptz - make_interval(secs => e.grace_seconds)`,
  )} as sightings,
  ${list(
    `jsonb_build_object('id', id, 'database', database, 'appVersion', app_version, 'raisedAt', ${moment("raised_at")},
      'statements', (select coalesce(jsonb_agg(one -> 'name'), '[]'::jsonb) from jsonb_array_elements(statements) as one))`,
    `interlock_control.alarms a where a.environment = e.name and a.cleared_at is null`,
  )} as alarms,
  ${list(
    `jsonb_build_object('shipment', id, 'change', change, 'state', state,
      'target', case when direction = 'back' then 'rollback' else target end)`,
    `interlock_control.shipments h where h.environment = e.name and h.ended_at is null`,
  )} as shipments,
  array(select app || '@' || version from interlock_control.workloads
         where octet_length(app || '@' || version) > 63) as long_versions,
  exists (select from interlock_control.events v
           where v.environment = e.name and v.at > clock_timestamp() - interval '5 seconds'
             and v.kind like 'shipment-%' and v.kind <> 'shipment-progress') as shipped_lately
  from interlock_control.environments e where e.name = $1::text`;
