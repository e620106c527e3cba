import type { Incident, ImpactStatus } from "../api/incidents.ts";
import type { Localised } from "../api/localised.ts";

/** A component of an incident: what it does to it now, and whether it ever did anything. */
export interface RowImpact {
  id: string;
  component: string;
  names: Localised;
  status: ImpactStatus;
  wasAffected: boolean;
}

/** An incident as the control database has it. */
export interface IncidentRow {
  id: string;
  number: string;
  environment: string;
  titles: Localised;
  priority: Incident["priority"];
  status: Incident["status"];
  category: Incident["category"];
  responsibility: string | null;
  is_public: boolean;
  scopes: string[];
  holds: boolean;
  started_at: Date;
  detected_at: Date;
  opened_at: Date;
  opened_by: string;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  unit_opened_at: Date | null;
  recovered_at: Date | null;
  ended_at: Date | null;
  closed_at: Date | null;
  closed_by: string | null;
  merged_into: string | null;
  merged_number: string | null;
  classified_at: Date | null;
  revision: number;
  impacts: RowImpact[];
}

/** Reads rows of incidents, each with what it does to components; append a condition on `i`. */
export const selectIncidents = `select i.id, i.number, i.environment, i.titles, i.priority, i.status, i.category,
    i.responsibility, i.is_public, i.scopes, i.holds, i.started_at, i.detected_at, i.opened_at, i.opened_by,
    i.acknowledged_at, i.acknowledged_by, i.unit_opened_at, i.recovered_at, i.ended_at, i.closed_at, i.closed_by,
    i.merged_into, m.number as merged_number, i.classified_at, i.revision,
    (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'component', o.key, 'names', o.names,
        'status', o.status, 'wasAffected', o.was_affected) order by o.position, o.key), '[]'::jsonb)
       from (select c.id, c.key, c.names, c.position, (array_agg(p.status order by p.number desc))[1] as status,
                    bool_or(p.status <> 'operational') as was_affected
               from interlock_control.component_impacts p
               join interlock_control.components c on c.id = p.component
              where p.incident = i.id
              group by c.id) o) as impacts
  from interlock_control.incidents i
  left join interlock_control.incidents m on m.id = i.merged_into`;

/** `INC-12`. */
export function referenceOf({ number }: Pick<IncidentRow, "number">): string {
  return `INC-${number}`;
}

/** An incident as it goes over the wire. */
export function incidentOf(row: IncidentRow): Incident {
  return {
    id: row.id,
    reference: referenceOf(row),
    environment: row.environment,
    titles: row.titles,
    priority: row.priority,
    status: row.status,
    category: row.category,
    responsibility: row.responsibility,
    isPublic: row.is_public,
    scopes: row.scopes,
    holds: row.holds,
    affected: row.impacts.filter(({ wasAffected }) => wasAffected).map(shown),
    unaffected: row.impacts.filter(({ wasAffected }) => !wasAffected).map(shown),
    startedAt: row.started_at.toISOString(),
    detectedAt: row.detected_at.toISOString(),
    openedAt: row.opened_at.toISOString(),
    openedBy: row.opened_by,
    acknowledgedAt: textOf(row.acknowledged_at),
    acknowledgedBy: row.acknowledged_by,
    unitOpenedAt: textOf(row.unit_opened_at),
    recoveredAt: textOf(row.recovered_at),
    endedAt: textOf(row.ended_at),
    closedAt: textOf(row.closed_at),
    closedBy: row.closed_by,
    mergedInto: row.merged_number === null ? null : `INC-${row.merged_number}`,
    classifiedAt: textOf(row.classified_at),
    revision: row.revision,
  };
}

function shown({ component, names, status }: RowImpact): Incident["affected"][number] {
  return { component, names, status };
}

function textOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
