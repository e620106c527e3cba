import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { changeIncident } from "./change-incident.ts";
import { isBackdated, requirePast } from "./check-facts.ts";
import { referenceOf } from "./incident.ts";
import { plainText } from "./updates/compose-texts.ts";

/**
 * Writes something down on the timeline, of an incident in whatever state; nobody outside reads it. Throws `Failure`
 * "facts-not-coherent" for a moment to come, "not-found" or "forbidden".
 */
export async function addNote(
  { control }: { control: Control },
  {
    incident,
    text,
    at: of,
    caller,
  }: { incident: string; text: string; at?: Date | undefined; caller: Caller },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async ({ transaction, row, at }) => {
    const { query, audit, emit } = transaction;
    const moment = of === undefined ? at : requirePast("The moment of the note", of, at);
    const detail = { text: plainText(text), isBackdated: isBackdated(moment, at) };
    await appendToTimeline(query, {
      incident: row.id,
      at: moment,
      kind: "note",
      actor: caller.owner,
      detail,
    });
    const about = { environment: row.environment, subject: row.id };
    audit({ actor: caller.owner, action: "incident.note", ...about, detail });
    emit({ kind: "incident-changed", ...about, detail: { reference: referenceOf(row), what: "note" } });
  });
}
