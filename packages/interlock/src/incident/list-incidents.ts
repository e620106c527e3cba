import type { Incident } from "../api/incidents.ts";
import type { Control } from "../control/control.ts";
import { incidentOf, selectIncidents, type IncidentRow } from "./incident.ts";

/** The incidents that are open in an environment, the latest first; `all` gives closed ones, too (500 at most). */
export async function listIncidents(
  { control }: { control: Pick<Control, "query"> },
  { environment, all }: { environment: string; all: boolean },
): Promise<Incident[]> {
  const rows = await control.query<IncidentRow>(
    `${selectIncidents} where i.environment = $1::text and ($2::boolean or i.closed_at is null)
      order by i.opened_at desc, i.number desc limit 500`,
    [environment, all],
  );
  return rows.map(incidentOf);
}
