import type { Incident } from "../api/incidents.ts";

/** An incident as the control database has it. */
export interface IncidentRow {
  id: string;
  environment: string;
  reference: string;
  priority: Incident["priority"];
  title: string;
  scope: string;
  holds: boolean;
  opened_at: Date;
  opened_by: string;
  closed_at: Date | null;
  closed_by: string | null;
}

export const incidentColumns =
  "id, environment, reference, priority, title, scope, holds, opened_at, opened_by, closed_at, closed_by";

/** An incident as it goes over the wire. */
export function incidentOf(row: IncidentRow): Incident {
  const { id, environment, reference, priority, title, scope, holds } = row;
  return {
    id,
    environment,
    reference,
    priority,
    title,
    scope,
    holds,
    openedAt: row.opened_at.toISOString(),
    openedBy: row.opened_by,
    closedAt: row.closed_at?.toISOString() ?? null,
    closedBy: row.closed_by,
  };
}
