import type { Incident } from "../api/incidents.ts";
import type { Control } from "../control/control.ts";
import { incidentColumns, incidentOf, type IncidentRow } from "./incident.ts";

/** The incidents that are open in an environment, the latest first; `all` gives closed ones, too (500 at most). */
export async function listIncidents(
  { control }: { control: Control },
  { environment, all }: { environment: string; all: boolean },
): Promise<Incident[]> {
  const rows = await control.query<IncidentRow>(
    `select ${incidentColumns} from interlock_control.incidents
      where environment = $1::text and ($2::boolean or closed_at is null)
      order by opened_at desc, id limit 500`,
    [environment, all],
  );
  return rows.map(incidentOf);
}
