import type { FactsChange, Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { changeIncident } from "./change-incident.ts";
import { checkMoments, isBackdated } from "./check-facts.ts";
import { deriveScopes } from "./derive-scopes.ts";
import { referenceOf, type IncidentRow } from "./incident.ts";
import { isOpen } from "./life.ts";
import { conflict, notValid } from "./refused.ts";

/**
 * Corrects facts; what is left out stays. Headers and durations follow by themselves. What is moved back in time is
 * marked on the timeline. Throws `Failure` "conflict" where somebody else changed the facts since they were read,
 * "facts-not-coherent", "scope-not-valid", "input-not-valid", "not-found" or "forbidden".
 */
export async function changeFacts(
  { control }: { control: Control },
  { incident, change, caller }: { incident: string; change: FactsChange; caller: Caller },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async ({ transaction, row, at }) => {
    const { query, audit, emit } = transaction;
    const reference = referenceOf(row);
    if (row.revision !== change.revision) throw changedSince(row, change.revision);
    const next = factsAfter(row, change);
    checkMoments(next, at);
    if (isOpen(row) && next.endedAt !== null) {
      throw notValid(`${reference} is open: it has no end yet.`, {
        next: `Resolve it: interlock incident resolve ${reference} --ended-at …`,
      });
    }
    if (!isOpen(row) && next.endedAt === null) {
      throw notValid(`${reference} is ${row.status}: it has an end.`, {
        next: `If it goes on: interlock incident reopen ${reference}`,
      });
    }
    const changed = differences(row, next, at);
    if (Object.keys(changed).length === 0) throw conflict(`Nothing of ${reference} is other than that.`);
    const rows = await query(factsSql, [
      row.id,
      change.revision,
      JSON.stringify(next.titles),
      next.category,
      next.responsibility,
      next.startedAt,
      next.detectedAt,
      next.recoveredAt,
      next.endedAt,
      next.isPublic,
      next.scopes,
    ]);
    if (rows.length === 0) throw changedSince(row, change.revision);
    const detail = { reference, changed, revision: change.revision + 1 };
    const about = { environment: row.environment, subject: row.id };
    await appendToTimeline(query, {
      incident: row.id,
      at,
      kind: "facts-changed",
      actor: caller.owner,
      detail,
    });
    audit({ actor: caller.owner, action: "incident.facts", ...about, detail });
    emit({ kind: "incident-changed", ...about, detail: { ...detail, what: "facts" } });
  });
}

type Facts = ReturnType<typeof factsOf>;

function factsOf(row: IncidentRow) {
  return {
    titles: row.titles,
    category: row.category,
    responsibility: row.responsibility,
    startedAt: row.started_at,
    detectedAt: row.detected_at,
    recoveredAt: row.recovered_at,
    endedAt: row.ended_at,
    isPublic: row.is_public,
    scopes: row.scopes,
  };
}

function factsAfter(row: IncidentRow, change: FactsChange): Facts {
  const { startedAt, detectedAt, recoveredAt, endedAt, scopes } = change;
  const known = factsOf(row);
  return {
    titles: change.titles ?? known.titles,
    category: change.category ?? known.category,
    responsibility: change.responsibility === undefined ? known.responsibility : change.responsibility,
    startedAt: momentOf(startedAt, known.startedAt) ?? known.startedAt,
    detectedAt: momentOf(detectedAt, known.detectedAt) ?? known.detectedAt,
    recoveredAt: momentOf(recoveredAt, known.recoveredAt),
    endedAt: momentOf(endedAt, known.endedAt),
    isPublic: change.isPublic ?? known.isPublic,
    scopes:
      scopes === undefined
        ? known.scopes
        : deriveScopes({ given: scopes, ofComponents: [], holds: row.holds, environment: row.environment }),
  };
}

function momentOf(text: string | null | undefined, before: Date | null): Date | null {
  if (text === undefined) return before;
  return text === null ? null : new Date(text);
}

/** What is other than before; of a moment also whether it was moved to long ago. */
function differences(row: IncidentRow, next: Facts, now: Date): Record<string, object> {
  const before: Record<string, unknown> = factsOf(row);
  return Object.fromEntries(
    Object.entries(next).flatMap(([name, to]) => {
      const from = before[name];
      if (JSON.stringify(from) === JSON.stringify(to)) return [];
      return [[name, { from, to, ...(to instanceof Date ? { isBackdated: isBackdated(to, now) } : {}) }]];
    }),
  );
}

function changedSince(row: IncidentRow, revision: number): Error {
  return conflict(`The facts of ${referenceOf(row)} were changed by somebody else.`, {
    why: `You read revision ${String(revision)}; it is ${String(row.revision)} now.`,
    next: `Read them and decide anew: interlock incident show ${referenceOf(row)}`,
  });
}

const factsSql = `update interlock_control.incidents
     set titles = $3::jsonb, category = $4::text, responsibility = $5::text, started_at = $6::timestamptz,
         detected_at = $7::timestamptz, recovered_at = $8::timestamptz, ended_at = $9::timestamptz,
         is_public = $10::boolean, scopes = $11::text[], revision = revision + 1
   where id = $1::text and revision = $2::integer
   returning id`;
