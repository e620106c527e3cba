import type { Incident, Priority } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { changeIncident, type IncidentChange } from "./change-incident.ts";
import { findComponents } from "./components/find-component.ts";
import { deriveScopes } from "./derive-scopes.ts";
import { referenceOf } from "./incident.ts";
import { conflict } from "./refused.ts";
import type { IncidentServices } from "./services.ts";
import { requireOpen } from "./step-refused.ts";
import { openUnit } from "./unit/open-unit.ts";

/**
 * Makes an incident more or less urgent. One that becomes a P1 holds back what touches its scopes and calls the unit;
 * one that is none any more holds nothing back unless somebody says so. Throws `Failure` "conflict" where it has that
 * priority, "already-ended", "not-found", "forbidden".
 */
export async function changePriority(
  { control, sealer }: Pick<IncidentServices, "control" | "sealer">,
  {
    incident,
    priority,
    hold,
    reason,
    caller,
  }: {
    incident: string;
    priority: Priority;
    hold?: boolean | undefined;
    reason?: string | undefined;
    caller: Caller;
  },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, (change) =>
    changePriorityWithin(change, { sealer }, { priority, hold, reason, caller }),
  );
}

/** The same inside a transaction of what it belongs to. */
export async function changePriorityWithin(
  { transaction, row, at }: IncidentChange,
  { sealer }: Pick<IncidentServices, "sealer">,
  {
    priority,
    hold,
    reason,
    caller,
  }: { priority: Priority; hold?: boolean | undefined; reason?: string | undefined; caller: Caller },
): Promise<void> {
  requireOpen(row);
  const { query, audit, emit } = transaction;
  const { id, environment } = row;
  const holds = priority === "P1" || (hold ?? false);
  if (row.priority === priority && row.holds === holds) {
    throw conflict(`${referenceOf(row)} is a ${priority} already.`);
  }
  const affected = await findComponents(query, {
    environment,
    keys: row.impacts.filter(({ wasAffected }) => wasAffected).map(({ component }) => component),
  });
  const scopes = deriveScopes({
    given: row.scopes,
    ofComponents: affected.map(({ scope }) => scope),
    holds,
    environment,
  });
  await query(
    `update interlock_control.incidents
        set priority = $2::text, holds = $3::boolean, scopes = $4::text[], revision = revision + 1
      where id = $1::text and closed_at is null`,
    [id, priority, holds, scopes],
  );
  const detail = {
    reference: referenceOf(row),
    from: row.priority,
    to: priority,
    holds,
    scopes,
    reason: reason ?? null,
  };
  await appendToTimeline(query, {
    incident: id,
    at,
    kind: "priority-changed",
    actor: caller.owner,
    detail,
  });
  audit({ actor: caller.owner, action: "incident.priority", environment, subject: id, detail });
  emit({ kind: "incident-changed", environment, subject: id, detail: { ...detail, what: "priority" } });
  if (priority === "P1") await openUnit(transaction, { sealer, row: { ...row, priority }, caller });
}
