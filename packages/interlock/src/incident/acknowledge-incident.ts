import type { Incident } from "../api/incidents.ts";
import type { UnitRole } from "../api/unit.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { changeIncident, type IncidentChange } from "./change-incident.ts";
import { referenceOf } from "./incident.ts";
import { conflict } from "./refused.ts";
import { requireOpen } from "./step-refused.ts";
import { answerCalls } from "./unit/answer-calls.ts";

/**
 * Somebody takes an incident on: the calls that they got are answered, or those of the role that they name, and
 * escalation of those roles stops. Who was not called and names no role answers as its lead. Throws `Failure`
 * "conflict" where it was acknowledged before and nothing is left to answer, "already-ended", "not-found", "forbidden".
 */
export async function acknowledgeIncident(
  { control }: { control: Control },
  { incident, role, caller }: { incident: string; role?: UnitRole | undefined; caller: Caller },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async (change) => {
    const { row, transaction } = change;
    requireOpen(row);
    const called = await transaction.query<{ role: UnitRole }>(
      "select distinct role from interlock_control.calls where incident = $1::text and person = $2::text",
      [row.id, caller.owner],
    );
    const roles = role === undefined ? called.map((call) => call.role) : [role];
    const answered = await answerCalls(change, {
      by: caller.owner,
      roles: roles.length === 0 ? ["lead"] : roles,
    });
    const isFirst = await markAcknowledged(change, caller.owner);
    if (isFirst || answered > 0) return;
    throw conflict(`${referenceOf(row)} was acknowledged by ${row.acknowledged_by ?? "somebody"} before.`, {
      why: "No call of yours waits for an answer.",
      next: `To take a role: interlock incident assign ${referenceOf(row)} --role … --person …`,
    });
  });
}

/** Whether an incident that is locked was acknowledged by this. */
export async function markAcknowledged(
  { transaction, row, at }: IncidentChange,
  by: string,
): Promise<boolean> {
  const { query, audit, emit } = transaction;
  const { id: incident, environment } = row;
  const rows = await query(
    `update interlock_control.incidents set acknowledged_at = $2::timestamptz, acknowledged_by = $3::text
      where id = $1::text and acknowledged_at is null returning id`,
    [incident, at, by],
  );
  if (rows.length === 0) return false;
  const detail = { reference: referenceOf(row), by };
  await appendToTimeline(query, { incident, at, kind: "acknowledged", actor: by, detail });
  audit({ actor: by, action: "incident.acknowledge", environment, subject: incident, detail });
  emit({
    kind: "incident-changed",
    environment,
    subject: incident,
    detail: { ...detail, what: "acknowledged" },
  });
  return true;
}
