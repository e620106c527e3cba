import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control, Transaction } from "../control/control.ts";
import { requireEnvironment } from "../gate/reach.ts";
import { readClock } from "./clock.ts";
import { findIncident } from "./find-incident.ts";
import { incidentOf, type IncidentRow } from "./incident.ts";

/** What a verb on one incident works with: the incident, locked, and the moment at which it is done. */
export interface IncidentChange {
  transaction: Transaction;
  row: IncidentRow;
  at: Date;
}

/**
 * Does something to one incident in one transaction; verbs on the same incident are done one after another. Answers
 * the incident as it is then. Throws `Failure` "not-found", or "forbidden" for another environment's.
 */
export async function changeIncident(
  control: Control,
  { incident, caller }: { incident: string; caller: Caller },
  work: (change: IncidentChange) => Promise<void>,
): Promise<Incident> {
  return control.transact(async (transaction) => {
    const { query } = transaction;
    const row = await findIncident(query, incident, { lock: true });
    requireEnvironment(caller, row.environment);
    await work({ transaction, row, at: await readClock(query) });
    return incidentOf(await findIncident(query, row.id));
  });
}
