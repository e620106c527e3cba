import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { changeIncident } from "./change-incident.ts";
import { referenceOf } from "./incident.ts";
import { isOpen } from "./life.ts";
import { alreadyEnded } from "./refused.ts";
import { requireStep } from "./step-refused.ts";
import type { Saying } from "./updates/compose-texts.ts";
import { sayUpdate } from "./updates/say-update.ts";
import { takeStatus } from "./updates/take-status.ts";

/**
 * Ends an incident: it holds nothing back any more, and its components work again. Of one that the page shows
 * clients are told, by default with the phrase for it. It ended when it recovered, and recovered now, unless somebody
 * says otherwise. Throws `Failure` "already-ended", "facts-not-coherent", "language-missing", "not-found", "forbidden".
 */
export async function resolveIncident(
  { control }: { control: Control },
  {
    incident,
    caller,
    recoveredAt,
    endedAt,
    ...said
  }: Saying & {
    incident: string;
    recoveredAt?: Date | undefined;
    endedAt?: Date | undefined;
    notify?: boolean;
    incompleteReason?: string | undefined;
    caller: Caller;
  },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async (change) => {
    const { row } = change;
    const next = requireStep(row, { verb: "update", status: "resolved" });
    if (!isOpen(row)) throw alreadyEnded(`${referenceOf(row)} is ${row.status} already.`);
    const says = (said.phrases ?? []).length > 0 || said.texts !== undefined;
    if (!says && !row.is_public) {
      await takeStatus(change, { next, actor: caller.owner, makesPublic: false, recoveredAt, endedAt });
      return;
    }
    await sayUpdate(change, {
      ...said,
      ...(says ? {} : { phrases: ["resolved"] }),
      status: "resolved",
      publish: true,
      recoveredAt: recoveredAt ?? row.recovered_at ?? endedAt ?? change.at,
      endedAt,
      caller,
    });
  });
}
