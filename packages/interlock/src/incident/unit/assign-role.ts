import type { Incident } from "../../api/incidents.ts";
import type { UnitRole } from "../../api/unit.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { newId } from "../../std/new-id.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { changeIncident, type IncidentChange } from "../change-incident.ts";
import { referenceOf } from "../incident.ts";
import { conflict } from "../refused.ts";
import { requireUnmerged } from "../step-refused.ts";

/**
 * Gives a role in the unit to somebody, or to nobody. Who has it is relieved only by whoever says so: `instead`.
 * Throws `Failure` "conflict" for a role that somebody else has, or "already-ended", "not-found", "forbidden".
 */
export async function assignRole(
  { control }: { control: Control },
  {
    incident,
    role,
    person,
    instead,
    caller,
  }: {
    incident: string;
    role: UnitRole;
    person: string | null;
    instead?: string | undefined;
    caller: Caller;
  },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async (change) => {
    const { transaction, row, at } = change;
    requireUnmerged(row);
    const { query } = transaction;
    const [holder] = await query<{ id: string; person: string }>(
      "select id, person from interlock_control.unit_roles where incident = $1::text and role = $2::text and ended_at is null",
      [row.id, role],
    );
    const named = person === null ? (instead ?? holder?.person) : instead;
    if (holder?.person === person || (holder === undefined && person === null)) {
      throw conflict(`${person ?? "Nobody"} is ${role} of ${referenceOf(row)} already.`);
    }
    if (holder?.person !== named) throw held(row.number, { role, holder: holder?.person, person });
    if (holder !== undefined) {
      await query("update interlock_control.unit_roles set ended_at = $2::timestamptz where id = $1::text", [
        holder.id,
        at,
      ]);
      await tell(change, { kind: "relieved", role, person: holder.person, actor: caller.owner });
    }
    if (person !== null) await takeRole(change, { role, person, actor: caller.owner });
  });
}

/** Gives a role to somebody where nobody has it. Whether it was given. */
export async function takeRole(
  change: IncidentChange,
  { role, person, actor }: { role: UnitRole; person: string; actor: string },
): Promise<boolean> {
  const { transaction, row, at } = change;
  const rows = await transaction.query(
    `insert into interlock_control.unit_roles (id, incident, role, person, assigned_at, assigned_by)
     values ($1::text, $2::text, $3::text, $4::text, $5::timestamptz, $6::text)
     on conflict (incident, role) where ended_at is null do nothing returning id`,
    [newId("rol"), row.id, role, person, at, actor],
  );
  if (rows.length === 0) return false;
  await tell(change, { kind: "assigned", role, person, actor });
  return true;
}

async function tell(
  { transaction: { query, audit, emit }, row, at }: IncidentChange,
  {
    kind,
    role,
    person,
    actor,
  }: { kind: "assigned" | "relieved"; role: UnitRole; person: string; actor: string },
): Promise<void> {
  const { id: incident, environment } = row;
  const detail = { reference: referenceOf(row), role, person };
  await appendToTimeline(query, { incident, at, kind, actor, detail });
  const action = kind === "assigned" ? "incident.assign" : "incident.relieve";
  audit({ actor, action, environment, subject: incident, detail });
  emit({ kind: "incident-changed", environment, subject: incident, detail: { ...detail, what: kind } });
}

function held(
  number: string,
  { role, holder, person }: { role: UnitRole; holder: string | undefined; person: string | null },
): Error {
  const reference = `INC-${number}`;
  if (holder === undefined) return conflict(`Nobody is ${role} of ${reference} now.`);
  return conflict(`${holder} is ${role} of ${reference}.`, {
    why: "Whoever has a role is relieved only by name: two would otherwise believe to have it.",
    next: `To relieve: interlock incident assign ${reference} --role ${role} --person ${person ?? "…"} --instead ${holder}`,
  });
}
