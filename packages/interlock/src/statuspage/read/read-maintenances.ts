import type { PageMaintenance } from "../page-model.ts";
import { readImpacts, settle } from "./read-impacts.ts";
import type { Around } from "./read-page-model.ts";
import { readUpdates } from "./read-updates.ts";

/** The public maintenances of the environment, the latest first. */
export async function readMaintenances(around: Around): Promise<PageMaintenance[]> {
  const rows = await around.query<Omit<PageMaintenance, "reference" | "updates" | "impacts">>(
    maintenancesSql,
    [around.environment, around.drafts],
  );
  const updates = await readUpdates(around, "maintenance");
  const impacts = await readImpacts(around, "maintenance");
  return rows.map((row) => {
    const startedAt = row.startedAt ?? row.scheduledFor;
    const endedAt = row.completedAt ?? (row.status === "cancelled" ? startedAt : null);
    return {
      ...row,
      reference: `MNT-${String(row.number)}`,
      updates: updates.get(row.id) ?? [],
      impacts: settle(impacts.get(row.id) ?? [], { startedAt, endedAt, isOver: endedAt !== null }),
    };
  });
}

const maintenancesSql = `
select m.id, m.number::integer as number, m.titles, coalesce(s.descriptions, '{}') as descriptions, m.status,
       m.scheduled_for as "scheduledFor", m.scheduled_until as "scheduledUntil", m.started_at as "startedAt",
       m.completed_at as "completedAt", m.created_at as "createdAt", m.revision
  from interlock_control.maintenances m
  left join interlock_control.maintenance_series s on s.id = m.series
 where m.environment = $1::text and (m.is_public or $2::boolean)
 order by m.scheduled_for desc, m.number desc`;
