import type { Maintenance } from "../../api/maintenances.ts";
import type { Control } from "../../control/control.ts";
import { maintenanceOf, selectMaintenances, type MaintenanceRow } from "./maintenance.ts";

/** Maintenances to come and under way in an environment, the next first; `all` gives those that are over, too (500 at most). */
export async function listMaintenances(
  { control }: { control: Pick<Control, "query"> },
  { environment, all }: { environment: string; all: boolean },
): Promise<Maintenance[]> {
  const rows = await control.query<MaintenanceRow>(
    `${selectMaintenances} where m.environment = $1::text
        and ($2::boolean or m.status in ('scheduled', 'in_progress', 'verifying'))
      order by m.scheduled_for, m.number limit 500`,
    [environment, all],
  );
  return rows.map(maintenanceOf);
}
