import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { appendToTimeline } from "./append-to-timeline.ts";
import { changeIncident } from "./change-incident.ts";
import { isBackdated, requirePast } from "./check-facts.ts";
import { referenceOf } from "./incident.ts";
import { conflict } from "./refused.ts";
import { requireUnmerged } from "./step-refused.ts";

/**
 * Classifies an incident as major: the clock of the authorities begins. Throws `Failure` "conflict" where it was
 * before, "already-ended" where it was merged, "facts-not-coherent", "not-found" or "forbidden".
 */
export async function classifyIncident(
  { control }: { control: Control },
  {
    incident,
    reason,
    at: given,
    caller,
  }: { incident: string; reason: string; at?: Date | undefined; caller: Caller },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async ({ transaction, row, at }) => {
    const { query, audit, emit } = transaction;
    requireUnmerged(row);
    const moment = given === undefined ? at : requirePast("The classification", given, at);
    const rows = await query(
      `update interlock_control.incidents
          set classified_at = $2::timestamptz, classified_because = $3::text, revision = revision + 1
        where id = $1::text and classified_at is null returning id`,
      [row.id, moment, reason],
    );
    if (rows.length === 0) {
      throw conflict(
        `${referenceOf(row)} was classified as major at ${String(row.classified_at?.toISOString())}.`,
      );
    }
    const detail = {
      reference: referenceOf(row),
      classifiedAt: moment,
      reason,
      isBackdated: isBackdated(moment, at),
    };
    const about = { environment: row.environment, subject: row.id };
    await appendToTimeline(query, {
      incident: row.id,
      at: moment,
      kind: "classified",
      actor: caller.owner,
      detail,
    });
    audit({ actor: caller.owner, action: "incident.classify", ...about, detail });
    emit({ kind: "incident-changed", ...about, detail: { ...detail, what: "classified" } });
  });
}
