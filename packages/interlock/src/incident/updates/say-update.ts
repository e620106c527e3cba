import type { ComponentImpact, IncidentStatus } from "../../api/incidents.ts";
import type { Caller } from "../../access/caller.ts";
import type { IncidentChange } from "../change-incident.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { requirePast } from "../check-facts.ts";
import { findComponents } from "../components/find-component.ts";
import { findIncident } from "../find-incident.ts";
import { referenceOf, type IncidentRow, type RowImpact } from "../incident.ts";
import { isOpen } from "../life.ts";
import { notValid } from "../refused.ts";
import { setImpacts, type ImpactChange } from "../set-impacts.ts";
import { readPageLanguage } from "../status-page/read-status-page.ts";
import { requireStep, requireUnmerged } from "../step-refused.ts";
import { composeTexts, type Saying } from "./compose-texts.ts";
import { phraseFacts } from "./phrase-facts.ts";
import { gapsOf, requireComplete } from "./require-complete.ts";
import { takeStatus } from "./take-status.ts";
import { writeUpdate } from "./write-update.ts";

/** One public message, or the draft of one. */
export interface SayingUpdate extends Saying {
  status: IncidentStatus;
  occurredAt?: Date | undefined;
  components?: readonly ComponentImpact[];
  /** Keys of components that explicitly are not affected. */
  unaffected?: readonly string[];
  notify?: boolean;
  publish: boolean;
  incompleteReason?: string | undefined;
  recoveredAt?: Date | undefined;
  endedAt?: Date | undefined;
  caller: Caller;
}

/** Writes an update of an incident that is locked, and where it is published does what it says. Gives back its id. */
export async function sayUpdate(change: IncidentChange, saying: SayingUpdate): Promise<string> {
  const { transaction, row, at } = change;
  const { query } = transaction;
  const { status, publish, caller } = saying;
  let incompleteReason: string | undefined;
  const occurredAt = saying.occurredAt === undefined ? at : requirePast("occurredAt", saying.occurredAt, at);
  const next = publish ? requireStep(row, { verb: "update", status }) : undefined;
  requireUnmerged(row);
  const wanted = await wantedImpacts(change, saying);
  const affected = publish
    ? await setImpacts(query, {
        incident: row.id,
        impacts: wanted.map(({ component, to }) => ({ component, status: to })),
        at: occurredAt,
        actor: caller.owner,
        fromBeginning: saying.occurredAt === undefined,
      })
    : wanted.map(({ component, from, to }) => ({ component, from, to }));
  const resolves = next !== undefined && isOpen(row) && !isOpen(next);
  const recoveredAt = saying.recoveredAt ?? row.recovered_at ?? (resolves ? (saying.endedAt ?? at) : null);
  const now = { ...(await findIncident(query, row.id)), recovered_at: recoveredAt };
  if (!publish) now.impacts = withWanted(now, wanted);
  const { locales, timeZone } = await readPageLanguage(query);
  const texts = composeTexts(saying, { facts: phraseFacts(now), timeZone });
  if (publish) {
    const gaps = gapsOf(
      // What was never said is missing, not stale.
      texts.filter(({ round }) => round > 0).map(({ locale }) => ({ locale, isStale: false })),
      locales,
    );
    const command = `interlock incident update ${referenceOf(row)} --status ${status} …`;
    incompleteReason = requireComplete(gaps, { reason: saying.incompleteReason, command });
  }
  const update = await writeUpdate(query, {
    subject: { incident: row.id },
    status,
    saying,
    texts,
    publish,
    occurredAt,
    at,
    notifies: saying.notify ?? true,
    incompleteReason,
    affected: resolves ? [...affected, ...recovering(now)] : affected,
    actor: caller.owner,
  });
  const { environment } = row;
  const detail = { reference: referenceOf(row), update, status, incompleteReason: incompleteReason ?? null };
  if (next !== undefined) {
    await takeStatus(change, {
      next,
      actor: caller.owner,
      makesPublic: true,
      recoveredAt: saying.recoveredAt,
      endedAt: saying.endedAt,
    });
    await tellPublished(change, { ...detail, occurredAt, caller });
    return update;
  }
  transaction.audit({ actor: caller.owner, action: "update.draft", environment, subject: update, detail });
  transaction.emit({ kind: "update-drafted", environment, subject: update, detail });
  return update;
}

/** The timeline, the audit log and whoever follows events hear that an update is public. */
export async function tellPublished(
  { transaction, row }: Pick<IncidentChange, "transaction" | "row">,
  told: { update: string; status: string; occurredAt: Date; caller: Caller; incompleteReason: string | null },
): Promise<void> {
  const { query, audit, emit } = transaction;
  const { id: incident, environment } = row;
  const { update, status, occurredAt, caller, incompleteReason } = told;
  const detail = { reference: referenceOf(row), update, status, incompleteReason };
  await appendToTimeline(query, {
    incident,
    at: occurredAt,
    kind: "update-published",
    actor: caller.owner,
    isPublic: true,
    detail,
  });
  audit({ actor: caller.owner, action: "update.publish", environment, subject: update, detail });
  emit({ kind: "update-published", environment, subject: update, detail: { ...detail, incident } });
}

type Wanted = ImpactChange & Pick<RowImpact, "names"> & { key: string };

/** What the update is to change, with what is so now. */
async function wantedImpacts({ transaction, row }: IncidentChange, saying: SayingUpdate): Promise<Wanted[]> {
  const { components = [], unaffected = [] } = saying;
  const impacts = [
    ...components,
    ...unaffected.map((component) => ({ component, status: "operational" as const })),
  ];
  if (impacts.length === 0) return [];
  if (!isOpen(row)) {
    throw notValid(`${referenceOf(row)} is ${row.status}: it affects nothing any more.`, {
      next: "Leave components out, or correct the facts: interlock incident facts",
    });
  }
  const found = await findComponents(transaction.query, {
    environment: row.environment,
    keys: impacts.map(({ component }) => component),
  });
  return found.map((component, index) => ({
    component: component.id,
    key: component.key,
    names: component.names,
    from: row.impacts.find(({ id }) => id === component.id)?.status ?? null,
    to: impacts[index]?.status ?? "operational",
  }));
}

/** For a draft's phrases: components as they will be. */
function withWanted(row: IncidentRow, wanted: readonly Wanted[]): RowImpact[] {
  const others = row.impacts.filter(({ id }) => !wanted.some(({ component }) => component === id));
  const changed = wanted.map(({ component: id, key, names, to }) => ({
    id,
    component: key,
    names,
    status: to,
    wasAffected: to !== "operational" || row.impacts.some((known) => known.id === id && known.wasAffected),
  }));
  return [...others, ...changed];
}

/** When an incident is resolved, whatever it still affects works again. */
function recovering({ impacts }: IncidentRow): ImpactChange[] {
  return impacts
    .filter(({ status }) => status !== "operational")
    .map(({ id, status }) => ({ component: id, from: status, to: "operational" }));
}
