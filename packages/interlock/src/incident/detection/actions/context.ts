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

/** Whether clients are told of what an incident does by itself: it is public, and a component of it says so. */
export function mayPublish({ facts }: ActionContext, { row }: IncidentChange): boolean {
  const own = facts.incidents.find(({ id }) => id === row.id)?.own;
  return row.is_public && Object.values(own?.policies ?? {}).some(({ publish }) => publish);
}
