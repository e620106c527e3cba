import type { ComponentImpact, Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { changeIncident } from "./change-incident.ts";
import { isBackdated, requirePast } from "./check-facts.ts";
import { findComponents } from "./components/find-component.ts";
import { referenceOf } from "./incident.ts";
import { conflict, notValid } from "./refused.ts";
import { setImpacts } from "./set-impacts.ts";
import { requireOpen } from "./step-refused.ts";

/**
 * Says what an incident does to components from a moment on, and which it explicitly does not affect, without an
 * update. Of a component that nothing was said of yet, and without a moment, it was so since the incident began.
 * Throws `Failure` "conflict" where all of it is so already, or for a moment within what came before, "already-ended",
 * "input-not-valid", "facts-not-coherent", "not-found" or "forbidden".
 */
export async function changeImpacts(
  { control }: { control: Control },
  {
    incident,
    components,
    unaffected,
    at: given,
    caller,
  }: {
    incident: string;
    components: readonly ComponentImpact[];
    unaffected: readonly string[];
    at?: Date | undefined;
    caller: Caller;
  },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async ({ transaction, row, at }) => {
    requireOpen(row);
    const { query, audit, emit } = transaction;
    const impacts = [
      ...components,
      ...unaffected.map((component) => ({ component, status: "operational" as const })),
    ];
    if (impacts.length === 0) {
      throw notValid("No component is named.", {
        next: "Write payment-api=partial_outage, or --unaffected terminals.",
      });
    }
    const moment = given === undefined ? at : requirePast("The moment", given, at);
    const found = await findComponents(query, {
      environment: row.environment,
      keys: impacts.map(({ component }) => component),
    });
    const changes = await setImpacts(query, {
      incident: row.id,
      impacts: found.map(({ id }, index) => ({
        component: id,
        status: impacts[index]?.status ?? "operational",
      })),
      at: moment,
      actor: caller.owner,
      fromBeginning: given === undefined,
    });
    if (changes.length === 0) throw conflict(`All of that is said of ${referenceOf(row)} already.`);
    const keyOf = new Map(found.map(({ id, key }) => [id, key]));
    const detail = {
      reference: referenceOf(row),
      changes: changes.map(({ component, from, to }) => ({
        component: keyOf.get(component) ?? component,
        from,
        to,
      })),
      isBackdated: isBackdated(moment, at),
    };
    const about = { environment: row.environment, subject: row.id };
    await appendToTimeline(query, {
      incident: row.id,
      at: moment,
      kind: "impact-changed",
      actor: caller.owner,
      detail,
    });
    audit({ actor: caller.owner, action: "incident.impact", ...about, detail });
    emit({ kind: "incident-changed", ...about, detail: { ...detail, what: "impact" } });
  });
}
