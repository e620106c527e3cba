import type { Maintenance } from "../../api/maintenances.ts";
import type { Localised } from "../../api/localised.ts";

/** A maintenance as the control database has it. */
export interface MaintenanceRow {
  id: string;
  number: string;
  environment: string;
  titles: Localised;
  status: Maintenance["status"];
  scheduled_for: Date;
  scheduled_until: Date;
  started_at: Date | null;
  completed_at: Date | null;
  progresses_by_itself: boolean;
  remind_minutes: number;
  reminded_at: Date | null;
  is_public: boolean;
  series: string | null;
  created_at: Date;
  created_by: string;
  revision: number;
  components: { id: string; component: string; names: Localised }[];
}

/** Reads rows of maintenances with their components; append a condition on `m`. */
export const selectMaintenances = `select m.id, m.number, m.environment, m.titles, m.status, m.scheduled_for,
    m.scheduled_until, m.started_at, m.completed_at, m.progresses_by_itself, m.remind_minutes, m.reminded_at,
    m.is_public, m.series, m.created_at, m.created_by, m.revision,
    (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'component', c.key, 'names', c.names)
              order by c.position, c.key), '[]'::jsonb)
       from interlock_control.component_impacts p
       join interlock_control.components c on c.id = p.component
      where p.maintenance = m.id) as components
  from interlock_control.maintenances m`;

/** `MNT-13`. */
export function maintenanceReference({ number }: Pick<MaintenanceRow, "number">): string {
  return `MNT-${number}`;
}

/** A maintenance as it goes over the wire. */
export function maintenanceOf(row: MaintenanceRow): Maintenance {
  return {
    id: row.id,
    reference: maintenanceReference(row),
    environment: row.environment,
    titles: row.titles,
    status: row.status,
    components: row.components.map(({ component, names }) => ({ component, names })),
    scheduledFor: row.scheduled_for.toISOString(),
    scheduledUntil: row.scheduled_until.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    completedAt: row.completed_at?.toISOString() ?? null,
    progressesByItself: row.progresses_by_itself,
    remindMinutes: row.remind_minutes,
    remindedAt: row.reminded_at?.toISOString() ?? null,
    isPublic: row.is_public,
    series: row.series,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    revision: row.revision,
  };
}
