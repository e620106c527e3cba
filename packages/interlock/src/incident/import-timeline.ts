import type { Control } from "../control/control.ts";
import type { Work } from "../control/work.ts";
import { sleep } from "../std/sleep.ts";
import { matchesPattern, parseScope } from "../gate/scope/parse-scope.ts";
import { appendToTimeline } from "./append-to-timeline.ts";

/** How often the leader looks what happened around open incidents. */
const everyMs = 2_000;
/** Looks between two that go back to the beginning of each incident: it may have been corrected, or an event came late. */
const wholeEvery = 30;
/** How far back the other looks go. */
const latelyMinutes = 10;
/** How long before an incident's start what happened belongs to it, and how long after it was resolved. */
const minutesBefore = 60;
const minutesAfter = 30;
/** How late an event may come to be seen: by the clock of another server, after a leader was away. */
const lateMinutes = 30;
/** Events that one look takes at most. */
const most = 500;

/** What the leader does: takes what happens around incidents onto their timelines. */
export function importTimelineWork({ control }: { control: Control }): Work {
  return {
    name: "import what happens around incidents",
    async run(signal) {
      for (let round = 0; !signal.aborted; round += 1) {
        const since = round % wholeEvery === 0 ? "its beginning" : "lately";
        const taken = await importTimeline({ control }, new Date(), { since });
        if (taken < most) await sleep(everyMs, signal).catch(() => undefined);
      }
    },
  };
}

interface Around {
  incident: string;
  environment: string;
  number: string;
  at: Date;
  kind: string;
  subject: string;
  detail: Record<string, unknown>;
}

/**
 * One look at a moment: gate decisions, releases, shipments and their phases, alarms, signals, probes and rules of an
 * incident's environment, from an hour before it began until half an hour after it was resolved, go onto its
 * timeline, each once whoever takes it. Gives back how many were taken.
 */
export async function importTimeline(
  { control }: { control: Control },
  at: Date,
  { since = "its beginning" }: { since?: "its beginning" | "lately" } = {},
): Promise<number> {
  const from = since === "lately" ? new Date(at.getTime() - latelyMinutes * 60_000) : new Date(0);
  const found = await control.query<Around>(aroundSql, [
    at,
    minutesBefore,
    minutesAfter,
    lateMinutes,
    most,
    from,
  ]);
  const around = found.filter(concerns);
  if (around.length === 0) return 0;
  return control.transact(async ({ query }) => {
    let taken = 0;
    for (const { incident, number, at: happenedAt, kind, subject, detail } of around) {
      const by = detail["askedBy"] ?? detail["by"];
      const entry = {
        incident,
        at: happenedAt,
        kind: kind === "shipment-progress" ? "shipment-phase" : kind,
        actor: typeof by === "string" ? by : "interlock",
        detail: { ...detail, subject },
        event: number,
      };
      if (await appendToTimeline(query, entry)) taken += 1;
    }
    return taken;
  });
}

/** Rules have no environment of their own: their scope says which they are for. */
function concerns({ kind, environment, detail }: Around): boolean {
  if (!kind.startsWith("rule-")) return true;
  const { scope } = detail;
  if (typeof scope !== "string") return false;
  try {
    const words = parseScope(scope).words.filter(({ key }) => key === "env");
    return words.every(
      ({ isNegated, patterns }) =>
        patterns.some((pattern) => matchesPattern(pattern, environment)) !== isNegated,
    );
  } catch {
    return true;
  }
}

/** What belongs on a timeline; incidents, updates and calls write their own entries. */
const kinds = [
  "decision-made",
  "override-made",
  "release-started",
  "release-finished",
  "release-cancelled",
  "partial-deployment-began",
  "partial-deployment-ended",
  "alarm-raised",
  "alarm-cleared",
  "signal-raised",
  "signal-ended",
  "probe-failing",
  "probe-recovered",
  "rule-in-force",
  "rule-lifted",
  "rule-expired",
];

// Of an incident that is new everything is looked at. Of what is told of a shipment all the time, only the first word from each phase in each database. Rules that have
// been looked at before and are for another environment come again each time; there are few of them.
const aroundSql = `with open as (
    select id, environment,
           greatest(started_at - make_interval(mins => $2::integer),
                    case when opened_at > $1::timestamptz - interval '2 minutes' then '-infinity'
                         else $6::timestamptz end) as since,
           coalesce(closed_at + make_interval(mins => $3::integer), 'infinity'::timestamptz) as until
      from interlock_control.incidents
     where merged_into is null
       and (closed_at is null or closed_at + make_interval(mins => $3::integer + $4::integer) > $1::timestamptz)
  ), events as (
    select o.id as incident, o.environment, e.number, e.at, e.kind, e.subject, e.detail,
           case when e.kind = 'shipment-progress'
                then row_number() over (partition by o.id, e.kind, e.subject, e.detail ->> 'database', e.detail ->> 'phase'
                                            order by e.number)
                else 1 end as rank
      from open o
      join interlock_control.events e on e.at between o.since and o.until
       and (e.environment = o.environment or (e.environment is null and e.kind like 'rule-%'))
     where e.kind = any ('{${kinds.join(",")}}'::text[])
        or (e.kind like 'shipment-%' and (e.kind <> 'shipment-progress' or e.detail ->> 'phase' is not null))
  )
  select incident, environment, number, at, kind, subject, detail from events e
   where rank = 1
     and not exists (select from interlock_control.timeline t where t.incident = e.incident and t.event = e.number)
   and (e.kind <> 'shipment-progress'
        or not exists (select from interlock_control.timeline t
                        where t.incident = e.incident and t.kind = 'shipment-phase'
                          and t.detail ->> 'subject' = e.subject
                          and t.detail ->> 'database' = e.detail ->> 'database'
                          and t.detail ->> 'phase' = e.detail ->> 'phase'))
   order by number limit $5::integer`;
