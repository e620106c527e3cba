import type { IncidentChange } from "../change-incident.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { checkMoments } from "../check-facts.ts";
import { referenceOf } from "../incident.ts";
import { isOpen, type LifeState } from "../life.ts";
import { conflict } from "../refused.ts";

/** Brings an incident, which is locked, to the next state of its life, and tells of it. */
export async function takeStatus(
  { transaction, row, at }: IncidentChange,
  {
    next,
    actor,
    makesPublic,
    recoveredAt = row.recovered_at ?? undefined,
    endedAt,
  }: {
    next: LifeState;
    actor: string;
    makesPublic: boolean;
    recoveredAt?: Date | undefined;
    endedAt?: Date | undefined;
  },
): Promise<void> {
  const { query, audit, emit } = transaction;
  const { id: incident, environment } = row;
  const resolves = isOpen(row) && !isOpen(next);
  const recovered = resolves ? (recoveredAt ?? endedAt ?? at) : (recoveredAt ?? null);
  const ended = resolves ? (endedAt ?? recovered) : row.ended_at;
  checkMoments(
    { startedAt: row.started_at, detectedAt: row.detected_at, recoveredAt: recovered, endedAt: ended },
    at,
  );
  const rows = await query(takeSql, [
    incident,
    row.status,
    next.status,
    makesPublic,
    recovered,
    ended,
    resolves ? at : null,
    actor,
  ]);
  if (rows.length === 0) throw conflict(`${referenceOf(row)} was changed by somebody else just now.`);
  if (row.status === next.status) return;
  const detail = {
    reference: referenceOf(row),
    from: row.status,
    to: next.status,
    ...(resolves ? { recoveredAt: recovered, endedAt: ended } : {}),
  };
  const kind = resolves ? "resolved" : "status-changed";
  await appendToTimeline(query, { incident, at, kind, actor, isPublic: makesPublic, detail });
  const action = resolves ? "incident.resolve" : "incident.status";
  audit({ actor, action, environment, subject: incident, detail });
  emit({ kind: resolves ? "incident-resolved" : "incident-changed", environment, subject: incident, detail });
}

const takeSql = `update interlock_control.incidents
     set status = $3::text, is_public = is_public or $4::boolean, recovered_at = $5::timestamptz,
         ended_at = $6::timestamptz,
         closed_at = coalesce($7::timestamptz, closed_at),
         closed_by = case when $7::timestamptz is null then closed_by else $8::text end
   where id = $1::text and status = $2::text and merged_into is null
   returning id`;
