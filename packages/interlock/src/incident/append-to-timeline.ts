import type { Control } from "../control/control.ts";

/** Something that happened in or around an incident or a maintenance. */
export interface NewTimelineEntry {
  /** Ids: exactly one of them. */
  incident?: string;
  maintenance?: string;
  /** When it happened. */
  at: Date;
  /** `note`, `resolved`, or the kind of the event that it was taken from. */
  kind: string;
  actor: string;
  /** Whether it may be shown in public; by default not. */
  isPublic?: boolean;
  detail: object;
  /** The number of the event that it was taken from. An event is taken once: the second time nothing happens. */
  event?: string;
}

/** Writes an entry that is never changed; inside the transaction of what it tells of. Whether it was written. */
export async function appendToTimeline(query: Control["query"], entry: NewTimelineEntry): Promise<boolean> {
  const {
    incident = null,
    maintenance = null,
    at,
    kind,
    actor,
    isPublic = false,
    detail,
    event = null,
  } = entry;
  const rows = await query(
    `insert into interlock_control.timeline (incident, maintenance, at, kind, actor, is_public, detail, event)
     values ($1::text, $2::text, $3::timestamptz, $4::text, $5::text, $6::boolean, $7::jsonb, $8::bigint)
     on conflict (incident, event) where event is not null do nothing
     returning number`,
    [incident, maintenance, at, kind, actor, isPublic, JSON.stringify(detail), event],
  );
  return rows.length > 0;
}
