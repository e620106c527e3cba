import type { ComponentImpact, Incident, NewIncident } from "../api/incidents.ts";
import type { Localised } from "../api/localised.ts";
import type { Caller } from "../access/caller.ts";
import type { Transaction } from "../control/control.ts";
import { environmentNotFound } from "../gate/environment-not-found.ts";
import { requireEnvironment } from "../gate/reach.ts";
import { newId } from "../std/new-id.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { checkMoments, isBackdated } from "./check-facts.ts";
import { readClock } from "./clock.ts";
import { findComponents } from "./components/find-component.ts";
import { deriveScopes } from "./derive-scopes.ts";
import { findIncident } from "./find-incident.ts";
import { incidentOf, referenceOf } from "./incident.ts";
import type { IncidentServices } from "./services.ts";
import { setImpacts } from "./set-impacts.ts";
import { openUnit } from "./unit/open-unit.ts";

/** What somebody, or Interlock itself, says of an incident that begins. */
export interface OpeningIncident {
  environment: string;
  priority: Incident["priority"];
  titles: Localised;
  components: readonly ComponentImpact[];
  unaffected?: readonly string[];
  scope?: string | undefined;
  startedAt?: Date | undefined;
  detectedAt?: Date | undefined;
  category?: NewIncident["category"];
  responsibility?: string | undefined;
  isPublic?: boolean;
  hold: boolean;
  caller: Caller;
}

/**
 * Opens an incident. A P1 holds back what touches its scopes and opens the unit: level 1 of every role is called.
 * Throws `Failure` "not-found", "forbidden", "scope-not-valid", "input-not-valid" or "facts-not-coherent".
 */
export async function openIncident(
  { control, sealer }: Pick<IncidentServices, "control" | "sealer">,
  opening: OpeningIncident,
): Promise<Incident> {
  return control.transact((transaction) => openIncidentWithin(transaction, { sealer }, opening));
}

/** The same inside a transaction of what it belongs to. */
export async function openIncidentWithin(
  transaction: Transaction,
  { sealer }: Pick<IncidentServices, "sealer">,
  opening: OpeningIncident,
): Promise<Incident> {
  requireEnvironment(opening.caller, opening.environment);
  const { id } = await writeIncident(transaction, opening);
  const row = await findIncident(transaction.query, id);
  if (row.priority === "P1") await openUnit(transaction, { sealer, row, caller: opening.caller });
  return incidentOf(await findIncident(transaction.query, id));
}

async function writeIncident(transaction: Transaction, opening: OpeningIncident): Promise<{ id: string }> {
  const { query, audit, emit } = transaction;
  const { environment, priority, titles, category, responsibility, caller } = opening;
  const found = await query(
    "select from interlock_control.environments where name = $1::text for key share",
    [environment],
  );
  if (found.length === 0) throw environmentNotFound(environment);
  const at = await readClock(query);
  // What was detected before it was felt began when it was felt; what is said of neither began and was detected now.
  const startedAt = opening.startedAt ?? opening.detectedAt ?? at;
  const detectedAt = opening.detectedAt ?? at;
  checkMoments({ startedAt, detectedAt, recoveredAt: null, endedAt: null }, at);
  const impacts = [
    ...opening.components,
    ...(opening.unaffected ?? []).map((component) => ({ component, status: "operational" as const })),
  ];
  const components = await findComponents(query, {
    environment,
    keys: impacts.map(({ component }) => component),
  });
  const affected = components.filter((_, index) => impacts[index]?.status !== "operational");
  const holds = opening.hold || priority === "P1";
  const scopes = deriveScopes({
    given: opening.scope === undefined ? [] : [opening.scope],
    ofComponents: affected.map(({ scope }) => scope),
    holds,
    environment,
  });
  const id = newId("inc");
  const [written] = await query<{ number: string }>(openSql, [
    id,
    environment,
    JSON.stringify(titles),
    priority,
    category ?? "production-processing",
    responsibility ?? null,
    opening.isPublic ?? false,
    scopes,
    holds,
    startedAt,
    detectedAt,
    at,
    caller.owner,
  ]);
  if (written === undefined) throw new Error("insert … returning answers one row");
  await setImpacts(query, {
    incident: id,
    impacts: components.map((component, index) => ({
      component: component.id,
      status: impacts[index]?.status ?? "operational",
    })),
    at: startedAt,
    actor: caller.owner,
    fromBeginning: true,
  });
  const reference = referenceOf(written);
  const detail = { reference, priority, titles, scopes, holds, components: impacts, startedAt, detectedAt };
  await appendToTimeline(query, {
    incident: id,
    at,
    kind: "opened",
    actor: caller.owner,
    detail: { ...detail, isBackdated: isBackdated(startedAt, at) },
  });
  audit({ actor: caller.owner, action: "incident.open", environment, subject: id, detail });
  emit({ kind: "incident-opened", environment, subject: id, detail });
  return { id };
}

const openSql = `insert into interlock_control.incidents
    (id, number, environment, titles, priority, category, responsibility, is_public, scopes, holds, started_at,
     detected_at, opened_at, opened_by)
  values ($1::text, nextval('interlock_control.incident_numbers'), $2::text, $3::jsonb, $4::text, $5::text, $6::text,
          $7::boolean, $8::text[], $9::boolean, $10::timestamptz, $11::timestamptz, $12::timestamptz, $13::text)
  returning number`;
