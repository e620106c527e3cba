import type { Sealer } from "../../../access/sealer.ts";
import type { Transaction } from "../../../control/control.ts";
import type { IncidentChange } from "../../change-incident.ts";
import { readClock } from "../../clock.ts";
import { findIncident } from "../../find-incident.ts";
import type { DetectionFacts } from "../facts.ts";

/** What actions are carried out with: the transaction in which their facts were read. */
export interface ActionContext {
  transaction: Transaction;
  sealer: Sealer;
  environment: string;
  facts: DetectionFacts;
}

/** An incident, locked, as the verbs of incidents take it. */
export async function changeOf({ transaction }: ActionContext, incident: string): Promise<IncidentChange> {
  const { query } = transaction;
  return {
    transaction,
    row: await findIncident(query, incident, { lock: true }),
    at: await readClock(query),
  };
}
