import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control, Transaction } from "../control/control.ts";
import { requireEnvironment } from "../gate/reach.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { readClock } from "./clock.ts";
import { findIncident } from "./find-incident.ts";
import { incidentOf, referenceOf, type IncidentRow } from "./incident.ts";
import { conflict, notValid } from "./refused.ts";
import { setImpacts } from "./set-impacts.ts";
import { readPageLanguage } from "./status-page/read-status-page.ts";
import { requireOpen, requireStep } from "./step-refused.ts";
import { composeTexts } from "./updates/compose-texts.ts";
import { writeUpdate } from "./updates/write-update.ts";

/**
 * Goes on with an incident in another one: what it did to components counts there, its timeline stays readable from
 * there, and its public page points there without anybody being told again. Throws `Failure` "input-not-valid" for
 * two that are one or in two environments, "already-ended", "not-found" or "forbidden".
 */
export async function mergeIncident(
  { control }: { control: Control },
  { incident, into, caller }: { incident: string; into: string; caller: Caller },
): Promise<Incident> {
  return control.transact(async (transaction) => {
    const { query } = transaction;
    const { row, target } = await lockBoth(transaction, { incident, into });
    requireEnvironment(caller, row.environment);
    requireEnvironment(caller, target.environment);
    if (row.environment !== target.environment) {
      throw notValid(`${referenceOf(row)} and ${referenceOf(target)} are in two environments.`, {
        next: "Only what happened in one environment is one incident.",
      });
    }
    const next = requireStep(row, { verb: "merge" });
    requireOpen(target);
    const at = await readClock(query);
    await setImpacts(query, {
      incident: target.id,
      impacts: missingImpacts(row, target),
      at: row.started_at < target.started_at ? target.started_at : row.started_at,
      actor: caller.owner,
    });
    const rows = await query(mergeSql, [row.id, target.id, next.status, at, caller.owner]);
    if (rows.length === 0) throw conflict(`${referenceOf(row)} was changed by somebody else just now.`);
    if (row.is_public) await pointThere(transaction, { row, target, at, actor: caller.owner });
    const detail = { reference: referenceOf(row), into: referenceOf(target) };
    await appendToTimeline(query, { incident: row.id, at, kind: "merged", actor: caller.owner, detail });
    await appendToTimeline(query, {
      incident: target.id,
      at,
      kind: "merged-in",
      actor: caller.owner,
      detail,
    });
    const about = { environment: row.environment, subject: row.id };
    transaction.audit({ actor: caller.owner, action: "incident.merge", ...about, detail });
    transaction.emit({ kind: "incident-merged", ...about, detail: { ...detail, target: target.id } });
    return incidentOf(await findIncident(query, row.id));
  });
}

/** Both, locked in the order of their ids: two who merge them into each other don't wait for each other for ever. */
async function lockBoth(
  { query }: Transaction,
  { incident, into }: { incident: string; into: string },
): Promise<{ row: IncidentRow; target: IncidentRow }> {
  const { id } = await findIncident(query, incident);
  const { id: other, number } = await findIncident(query, into);
  if (id === other) {
    throw notValid(`INC-${number} can't be merged into itself.`, { next: "Name the incident that goes on." });
  }
  await query(
    "select from interlock_control.incidents where id = any ($1::text[]) order by id for no key update",
    [[id, other]],
  );
  return { row: await findIncident(query, id), target: await findIncident(query, other) };
}

/** What it does to components of which the other one says nothing, or that it is not affected. */
function missingImpacts(
  row: IncidentRow,
  target: IncidentRow,
): { component: string; status: IncidentRow["impacts"][number]["status"] }[] {
  return row.impacts.flatMap(({ id, status }) => {
    const known = target.impacts.find((impact) => impact.id === id);
    const says = known !== undefined && (known.wasAffected || status === "operational");
    return says || status === "operational" ? [] : [{ component: id, status }];
  });
}

/** The last word on its public page; those who were told of it are told of the other one, so nobody is now. */
async function pointThere(
  { query, emit }: Transaction,
  { row, target, at, actor }: { row: IncidentRow; target: IncidentRow; at: Date; actor: string },
): Promise<void> {
  const saying = { phrases: ["merged-into"], values: { reference: referenceOf(target) } };
  const { timeZone } = await readPageLanguage(query);
  const update = await writeUpdate(query, {
    subject: { incident: row.id },
    status: "resolved",
    saying,
    texts: composeTexts(saying, { facts: {}, timeZone }),
    publish: true,
    occurredAt: at,
    at,
    notifies: false,
    incompleteReason: undefined,
    affected: [],
    actor,
  });
  const detail = { reference: referenceOf(row), update, status: "resolved", incident: row.id };
  emit({ kind: "update-published", environment: row.environment, subject: update, detail });
}

// Its intervals end here; in the other incident they go on.
const mergeSql = `with merged as (
    update interlock_control.incidents
       set merged_into = $2::text, status = $3::text, closed_at = $4::timestamptz, closed_by = $5::text,
           ended_at = greatest($4::timestamptz, started_at)
     where id = $1::text and merged_into is null and closed_at is null
     returning id, is_public
  ), shown as (
    update interlock_control.incidents set is_public = true
     where id = $2::text and exists (select from merged where is_public)
  )
  select id from merged`;
