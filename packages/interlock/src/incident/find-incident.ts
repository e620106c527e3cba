import type { Control } from "../control/control.ts";
import { selectIncidents, type IncidentRow } from "./incident.ts";
import { notFound } from "./refused.ts";

/**
 * An incident by its reference (`INC-12`) or its id. With `lock` nobody else changes it until the transaction ends,
 * and it is read after whoever changed it before. Throws `Failure` "not-found".
 */
export async function findIncident(
  query: Control["query"],
  incident: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<IncidentRow> {
  const number = /^INC-(\d{1,15})$/.exec(incident)?.[1] ?? null;
  const condition = "(i.id = $1::text or i.number = $2::bigint)";
  if (lock) {
    await query(`select from interlock_control.incidents i where ${condition} for no key update`, [
      incident,
      number,
    ]);
  }
  const [row] = await query<IncidentRow>(`${selectIncidents} where ${condition}`, [incident, number]);
  if (row !== undefined) return row;
  throw notFound(`incident ${incident}`, "See which there are: interlock incident list --env ENVIRONMENT");
}
