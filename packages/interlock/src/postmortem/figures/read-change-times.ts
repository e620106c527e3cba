import type { ChangeTime } from "../../api/figures.ts";
import type { Control } from "../../control/control.ts";
import { gateStretches, type GateAnswer } from "./gate-stretches.ts";
import { shipStretches, type ShipmentEvent } from "./ship-stretches.ts";
import { spendTime, type Stretch } from "./spend-time.ts";

/** Changes of one answer at most. */
const mostChanges = 200;

interface Row {
  id: string;
  title: string;
  created_at: Date;
  merged_at: Date | null;
  caused_incident: string | null;
  caused_at: Date | null;
  closed_at: Date | null;
  shipped_at: Date | null;
  released_at: Date | null;
  has_release: boolean;
  has_structure: boolean;
  rehearsals: { from: string; until: string | null }[];
  releases: { from: string; until: string | null }[];
  answers: { at: string; verdict: GateAnswer["verdict"] }[];
  phases: { what: Stretch["what"]; from: string; until: string | null }[];
  shipment_events: (Omit<ShipmentEvent, "at"> & { at: string })[];
}

/** A change with what became of its time, and whether it is known to have caused an incident. */
export interface KnownChangeTime {
  time: ChangeTime;
  causedIncident: boolean;
  /** When it counts as having gone out: when it was whole, or when the incident that it caused began. */
  wentOutAt: Date | null;
}

/** The changes that were on their way to an environment in a time, the latest first. */
export async function readChangeTimes(
  query: Control["query"],
  { environment, from, until }: { environment: string; from: Date; until: Date },
): Promise<KnownChangeTime[]> {
  const rows = await query<Row>(readSql, [environment, from, until, mostChanges]);
  return rows
    .map((row) => timeOf(row, until))
    .filter(({ time }) => time.until === null || new Date(time.until) >= from);
}

function timeOf(row: Row, now: Date): KnownChangeTime {
  const start = row.merged_at ?? row.created_at;
  const end = wholeAt(row);
  const spentMs = spendTime(stretchesOf(row), { from: start, until: end ?? now });
  return {
    time: {
      change: row.id,
      title: row.title,
      from: start.toISOString(),
      isMergeKnown: row.merged_at !== null,
      until: end?.toISOString() ?? null,
      totalMs: Math.max(0, (end ?? now).getTime() - start.getTime()),
      spentMs,
    },
    causedIncident: row.caused_incident !== null,
    wentOutAt: end ?? row.caused_at,
  };
}

/** When both halves were there: contracted, and released where it comes with a version. Null while either is missing. */
function wholeAt({
  shipped_at: shipped,
  released_at: released,
  has_release: hasRelease,
  has_structure: hasStructure,
}: Row): Date | null {
  if (hasStructure && shipped === null) return null;
  if (hasRelease && released === null) return hasStructure ? shipped : null;
  const ends = [shipped, released].flatMap((at) => (at === null ? [] : [at.getTime()]));
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function stretchesOf({ rehearsals, releases, answers, phases, shipment_events: events }: Row): Stretch[] {
  return [
    ...rehearsals.map(({ from, until }): Stretch => ({
      what: "rehearsal",
      from: new Date(from),
      until: dateOf(until),
    })),
    ...releases.map(({ from, until }): Stretch => ({
      what: "release",
      from: new Date(from),
      until: dateOf(until),
    })),
    ...gateStretches(answers.map((answer) => ({ ...answer, at: new Date(answer.at) }))),
    ...phases.map(({ what, from, until }): Stretch => ({ what, from: new Date(from), until: dateOf(until) })),
    ...shipStretches(events.map((event) => ({ ...event, at: new Date(event.at) }))),
  ];
}

// A shipment that begins was let go by the gate at that moment.
const readSql = `select c.id, c.title, c.created_at, m.merged_at, c.caused_incident, c.closed_at,
    (select i.started_at from interlock_control.incidents i where 'INC-' || i.number = c.caused_incident) as caused_at,
    (select min(s.ended_at) from interlock_control.shipments s
      where s.change = c.id and s.environment = $1::text and s.state = 'done') as shipped_at,
    (select min(r.ended_at) from interlock_control.releases r
      where r.environment = $1::text and r.app = c.app and r.version = c.version and r.state = 'finished'
        and r.started_at >= c.created_at) as released_at,
    c.app is not null as has_release, jsonb_array_length(c.files) > 0 as has_structure,
    coalesce((select jsonb_agg(jsonb_build_object('from', coalesce(h.started_at, h.asked_at), 'until', h.ended_at)
                order by h.asked_at)
       from interlock_control.rehearsals h where h.change = c.id and h.started_at is not null), '[]'::jsonb) as rehearsals,
    coalesce((select jsonb_agg(jsonb_build_object('from', r.started_at, 'until', r.ended_at) order by r.started_at)
       from interlock_control.releases r
      where r.environment = $1::text and r.app = c.app and r.version = c.version and r.state <> 'cancelled'
        and r.started_at >= c.created_at), '[]'::jsonb) as releases,
    coalesce((select jsonb_agg(one order by one ->> 'at') from (
       select jsonb_build_object('at', d.made_at, 'verdict', d.verdict) as one from interlock_control.decisions d
        where d.environment = $1::text and d.subject = 'change:' || c.id and d.made_at >= c.created_at
       union all
       select jsonb_build_object('at', s.started_at, 'verdict', 'go') from interlock_control.shipments s
        where s.environment = $1::text and s.change = c.id) as answered), '[]'::jsonb) as answers,
    coalesce((select jsonb_agg(one) from interlock_control.shipment_phases p
       join interlock_control.shipments s on s.id = p.shipment, jsonb_array_elements(p.stretches) as one
      where s.change = c.id and s.environment = $1::text), '[]'::jsonb) as phases,
    coalesce((select jsonb_agg(jsonb_build_object('at', e.at, 'kind', e.kind, 'database', e.detail ->> 'database',
                'task', e.detail ->> 'task', 'phase', e.detail ->> 'phase') order by e.number)
       from interlock_control.events e
       join interlock_control.shipments s on s.id = e.subject
      where s.change = c.id and s.environment = $1::text
        and not exists (select from interlock_control.shipment_phases p where p.shipment = s.id)
        and (e.kind like 'shipment-database-%'
             or (e.kind = 'shipment-progress' and e.detail ->> 'phase' = 'migrate'))), '[]'::jsonb) as shipment_events
  from interlock_control.changes c
  left join interlock_control.change_merges m on m.change = c.id
 where c.created_at < $3::timestamptz and c.closed_as is distinct from 'abandoned'
   and (c.closed_at is null or c.closed_at >= $2::timestamptz)
 order by c.created_at desc, c.id desc limit $4::integer`;
