import type { Update } from "../api/updates.ts";
import type { Control } from "../control/control.ts";
import { requireEnvironment } from "../gate/reach.ts";
import { readClock } from "./clock.ts";
import { findIncident } from "./find-incident.ts";
import { readUpdate } from "./updates/find-update.ts";
import { sayUpdate, type SayingUpdate } from "./updates/say-update.ts";

/**
 * Publishes an update of an incident in every language of the page, or writes the draft of one. What it says of the
 * incident's state and of components is so from then on; an update to `resolved` resolves. Throws `Failure`
 * "language-missing" where a required language is not said and no reason is given, "phrase-not-known",
 * "phrase-value-missing", "not-found", "forbidden", "already-ended", "conflict" or "input-not-valid".
 */
export async function postUpdate(
  { control }: { control: Control },
  { incident, ...saying }: { incident: string } & SayingUpdate,
): Promise<Update> {
  return control.transact(async (transaction) => {
    const { query } = transaction;
    const row = await findIncident(query, incident, { lock: true });
    requireEnvironment(saying.caller, row.environment);
    const update = await sayUpdate({ transaction, row, at: await readClock(query) }, saying);
    return readUpdate(query, update);
  });
}
