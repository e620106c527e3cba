import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { changeIncident, type IncidentChange } from "./change-incident.ts";
import { findIncident } from "./find-incident.ts";
import { referenceOf } from "./incident.ts";
import { conflict } from "./refused.ts";
import type { IncidentServices } from "./services.ts";
import { requireStep } from "./step-refused.ts";
import { openUnit } from "./unit/open-unit.ts";
import type { Saying } from "./updates/compose-texts.ts";
import { sayUpdate } from "./updates/say-update.ts";

/**
 * Opens an incident again that came back: what it did to components begins anew, a P1 calls the unit again, and of
 * one that the page shows clients are told, by default with the phrase for it. Throws `Failure` "conflict" where it
 * is open, "already-ended" where it was merged, "language-missing", "not-found", "forbidden".
 */
export async function reopenIncident(
  { control, sealer }: Pick<IncidentServices, "control" | "sealer">,
  { incident, caller, ...said }: Reopening & { incident: string; caller: Caller },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, (change) =>
    reopenWithin(change, { sealer }, { ...said, caller }),
  );
}

/** How an incident is opened again, and what clients are told. */
export interface Reopening extends Saying {
  status: "investigating" | "identified";
  notify?: boolean;
  incompleteReason?: string | undefined;
}

/** The same inside a transaction of what it belongs to. */
export async function reopenWithin(
  change: IncidentChange,
  { sealer }: Pick<IncidentServices, "sealer">,
  { status, caller, ...said }: Reopening & { caller: Caller },
): Promise<void> {
  const { transaction, at, row } = change;
  requireStep(row, { verb: "reopen", status });
  await open(change, { status, actor: caller.owner });
  const again = await findIncident(transaction.query, row.id);
  const says = (said.phrases ?? []).length > 0 || said.texts !== undefined;
  if (says || row.is_public) {
    const saying = { ...said, ...(says ? {} : { phrases: ["reopened"] }), status, publish: true, caller };
    await sayUpdate({ transaction, row: again, at }, saying);
  }
  if (row.priority === "P1") await openUnit(transaction, { sealer, row: again, caller });
}

async function open(
  { transaction: { query, audit, emit }, row, at }: IncidentChange,
  { status, actor }: { status: string; actor: string },
): Promise<void> {
  const { id, environment } = row;
  // What went on until the end that it had is over with that end, whatever its new one will be.
  await query(endIntervalsSql, [id]);
  await query(beginIntervalsSql, [id, at, actor]);
  const rows = await query(reopenSql, [id, status]);
  if (rows.length === 0) throw conflict(`${referenceOf(row)} was changed by somebody else just now.`);
  const detail = {
    reference: referenceOf(row),
    from: row.status,
    to: status,
    recoveredAt: row.recovered_at,
    endedAt: row.ended_at,
  };
  await appendToTimeline(query, { incident: id, at, kind: "reopened", actor, detail });
  audit({ actor, action: "incident.reopen", environment, subject: id, detail });
  emit({ kind: "incident-reopened", environment, subject: id, detail });
}

const endIntervalsSql = `update interlock_control.component_impacts p
     set ended_at = greatest(i.ended_at, coalesce(p.began_at, i.started_at))
    from interlock_control.incidents i
   where i.id = p.incident and p.incident = $1::text and p.ended_at is null and p.status <> 'operational'`;

const beginIntervalsSql = `insert into interlock_control.component_impacts (incident, component, status, began_at, recorded_by)
  select incident, component, status, $2::timestamptz, $3::text from (
    select distinct on (component) incident, component, status, ended_at
      from interlock_control.component_impacts where incident = $1::text order by component, number desc) latest
   where status <> 'operational' and ended_at is not null`;

const reopenSql = `update interlock_control.incidents
     set status = $2::text, closed_at = null, closed_by = null, recovered_at = null, ended_at = null,
         unit_opened_at = null, revision = revision + 1
   where id = $1::text and closed_at is not null and merged_into is null
   returning id`;
