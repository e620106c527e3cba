import type { ImpactStatus } from "../api/incidents.ts";
import type { Control } from "../control/control.ts";

/** From the least to the worst. Work that was announced counts less than anything unforeseen. */
const byWeight: readonly ImpactStatus[] = [
  "operational",
  "under_maintenance",
  "degraded_performance",
  "partial_outage",
  "major_outage",
];

/** The worst of several states; operational for none. */
export function worstOf(statuses: Iterable<ImpactStatus>): ImpactStatus {
  let worst = 0;
  for (const status of statuses) worst = Math.max(worst, byWeight.indexOf(status));
  return byWeight[worst] ?? "operational";
}

/**
 * What state each component of an environment is in now, by its id: the worst of what open incidents and maintenances
 * under way do to it, of a group the worst of its components. With `publicOnly`, by what the page tells alone.
 */
export async function componentStatuses(
  query: Control["query"],
  { environment, publicOnly = false }: { environment: string; publicOnly?: boolean },
): Promise<Map<string, ImpactStatus>> {
  const rows = await query<{ id: string; parent: string | null; statuses: ImpactStatus[] }>(readSql, [
    environment,
    publicOnly,
  ]);
  const statuses = new Map(rows.map((row) => [row.id, worstOf(row.statuses)]));
  for (const { id, parent } of rows) {
    if (parent === null) continue;
    statuses.set(parent, worstOf([statuses.get(parent) ?? "operational", statuses.get(id) ?? "operational"]));
  }
  return statuses;
}

const readSql = `select c.id, c.parent,
    array(select p.status from interlock_control.component_impacts p
            join interlock_control.incidents i on i.id = p.incident
           where p.component = c.id and p.ended_at is null and i.closed_at is null
             and (i.is_public or not $2::boolean)
          union all
          select p.status from interlock_control.component_impacts p
            join interlock_control.maintenances m on m.id = p.maintenance
           where p.component = c.id and p.ended_at is null and m.status in ('in_progress', 'verifying')
             and (m.is_public or not $2::boolean)) as statuses
  from interlock_control.components c
 where c.environment = $1::text and c.removed_at is null`;
