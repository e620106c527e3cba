import type { TimelineEntry } from "../api/incidents.ts";
import type { Control } from "../control/control.ts";

interface Row {
  number: string;
  at: Date;
  recorded_at: Date;
  kind: string;
  actor: string;
  is_public: boolean;
  detail: unknown;
  event: string | null;
}

/** Entries that one answer has at most. */
const most = 2_000;

/**
 * The timeline of an incident, with that of the incidents that were merged into it, or of a maintenance, by when
 * things happened; by their ids.
 */
export async function readTimeline(
  query: Control["query"],
  subject: { incident: string } | { maintenance: string },
): Promise<TimelineEntry[]> {
  const rows = await query<Row>(readSql, [
    "incident" in subject ? subject.incident : null,
    "maintenance" in subject ? subject.maintenance : null,
    most,
  ]);
  return rows.map((row) => ({
    number: row.number,
    at: row.at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    kind: row.kind,
    actor: row.actor,
    isPublic: row.is_public,
    detail: row.detail,
    event: row.event,
  }));
}

// What two incidents took from the same event is shown once: the entry of the one that was asked about.
const readSql = `with recursive merged as (
    select $1::text as id
    union
    select i.id from interlock_control.incidents i join merged on i.merged_into = merged.id
  ), latest as (
    select t.number, t.at, t.recorded_at, t.kind, t.actor, t.is_public, t.detail, t.event,
           row_number() over (partition by coalesce('e' || t.event, 'n' || t.number)
                                  order by t.incident <> $1::text, t.number) as rank
      from interlock_control.timeline t
     where t.incident in (select id from merged) or t.maintenance = $2::text
  )
  select number, at, recorded_at, kind, actor, is_public, detail, event from (
    select * from latest where rank = 1 order by at desc, number desc limit $3::integer
  ) kept
  order by at, number`;
