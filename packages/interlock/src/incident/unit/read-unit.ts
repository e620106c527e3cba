import type { Unit, UnitRole, Channel } from "../../api/unit.ts";
import type { Control } from "../../control/control.ts";
import type { IncidentRow } from "../incident.ts";

/** Who has and had which role in the unit of an incident, and who was called. */
export async function readUnit(
  query: Control["query"],
  row: Pick<IncidentRow, "id" | "unit_opened_at">,
): Promise<Unit> {
  const roles = await query<{
    role: UnitRole;
    person: string;
    assigned_at: Date;
    assigned_by: string;
    ended_at: Date | null;
  }>(
    `select role, person, assigned_at, assigned_by, ended_at from interlock_control.unit_roles
      where incident = $1::text order by assigned_at, role`,
    [row.id],
  );
  const calls = await query<CallRow>(callsSql, [row.id]);
  return {
    openedAt: row.unit_opened_at?.toISOString() ?? null,
    roles: roles.map(({ role, person, assigned_at: at, assigned_by: by, ended_at: ended }) => ({
      role,
      person,
      assignedAt: at.toISOString(),
      assignedBy: by,
      endedAt: ended?.toISOString() ?? null,
    })),
    calls: calls.map((call) => ({
      id: call.id,
      person: call.person,
      role: call.role,
      level: call.level,
      round: call.round,
      channel: call.channel,
      address: call.shown_address,
      calledAt: call.called_at.toISOString(),
      answerBy: call.answer_by.toISOString(),
      answeredAt: call.answered_at?.toISOString() ?? null,
      answeredBy: call.answered_by,
      escalatedAt: call.escalated_at?.toISOString() ?? null,
    })),
  };
}

interface CallRow {
  id: string;
  person: string;
  role: UnitRole;
  level: number;
  round: number;
  channel: Channel;
  shown_address: string;
  called_at: Date;
  answer_by: Date;
  answered_at: Date | null;
  answered_by: string | null;
  escalated_at: Date | null;
}

const callsSql = `select c.id, c.person, c.role, c.level, c.round, r.channel, r.shown_address, c.called_at, c.answer_by,
    c.answered_at, c.answered_by, c.escalated_at
  from interlock_control.calls c join interlock_control.responders r on r.id = c.responder
 where c.incident = $1::text order by c.called_at, c.role, c.level, c.id limit 1000`;
