import type { UnitRole } from "../../api/unit.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import type { IncidentChange } from "../change-incident.ts";
import { referenceOf } from "../incident.ts";
import { takeRole } from "./assign-role.ts";

/**
 * Answers the calls of roles that nobody answered yet, in somebody's name; of an incident that is locked. Who answers
 * first gets the role, unless somebody has it. Gives back how many calls it were.
 */
export async function answerCalls(
  change: IncidentChange,
  { by, roles, call }: { by: string; roles: readonly UnitRole[]; call?: string },
): Promise<number> {
  const { transaction, row, at } = change;
  const { query, audit, emit } = transaction;
  const { id: incident, environment } = row;
  const answered = await query<{ id: string; role: UnitRole; person: string; level: number }>(answerSql, [
    incident,
    roles,
    call ?? null,
    at,
    by,
  ]);
  for (const { id, role, person, level } of answered) {
    const detail = { reference: referenceOf(row), call: id, role, person, level, by };
    await appendToTimeline(query, { incident, at, kind: "answered", actor: by, detail });
    audit({ actor: by, action: "unit.answer", environment, subject: incident, detail });
    emit({ kind: "unit-answered", environment, subject: incident, detail });
  }
  for (const role of new Set(answered.map((one) => one.role))) {
    await takeRole(change, { role, person: by, actor: by });
  }
  return answered.length;
}

const answerSql = `update interlock_control.calls
     set answered_at = $4::timestamptz, answered_by = $5::text, sealed_answer = null
   where incident = $1::text and role = any ($2::text[]) and answered_at is null
     and ($3::text is null or id = $3::text)
   returning id, role, person, level`;
