import type { Incident } from "../../api/incidents.ts";
import type { Caller } from "../../access/caller.ts";
import { changeIncident } from "../change-incident.ts";
import { referenceOf } from "../incident.ts";
import { conflict } from "../refused.ts";
import type { IncidentServices } from "../services.ts";
import { requireOpen } from "../step-refused.ts";
import { openUnit } from "./open-unit.ts";

/**
 * Opens the unit of an incident whatever its priority: level 1 of every role is called. Throws `Failure` "conflict"
 * where it is open, "already-ended", "not-found" or "forbidden".
 */
export async function openUnitOf(
  { control, sealer }: Pick<IncidentServices, "control" | "sealer">,
  { incident, caller }: { incident: string; caller: Caller },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async ({ transaction, row }) => {
    requireOpen(row);
    if (await openUnit(transaction, { sealer, row, caller })) return;
    throw conflict(`The unit of ${referenceOf(row)} is open already.`);
  });
}
