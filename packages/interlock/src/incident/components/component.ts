import type { Component, Declaration } from "../../api/components.ts";
import type { ImpactStatus } from "../../api/incidents.ts";
import type { Localised } from "../../api/localised.ts";

/** A component as the control database has it. */
export interface ComponentRow {
  id: string;
  environment: string;
  key: string;
  names: Localised;
  descriptions: Localised;
  parent_key: string | null;
  is_group: boolean;
  position: number;
  scope: string | null;
  declares: Declaration | null;
  is_shown: boolean;
  only_show_if_degraded: boolean;
  start_date: string | null;
  created_at: Date;
  updated_at: Date;
}

/** Reads rows of components that were not removed; append conditions on `c` with `and`. */
export const selectComponents = `select c.id, c.environment, c.key, c.names, c.descriptions, g.key as parent_key,
    c.is_group, c.position, c.scope, c.declares, c.is_shown, c.only_show_if_degraded,
    to_char(c.start_date, 'YYYY-MM-DD') as start_date, c.created_at, c.updated_at
  from interlock_control.components c
  left join interlock_control.components g on g.id = c.parent
 where c.removed_at is null`;

/** A component as it goes over the wire. */
export function componentOf(row: ComponentRow, status: ImpactStatus): Component {
  return {
    id: row.id,
    environment: row.environment,
    key: row.key,
    names: row.names,
    descriptions: row.descriptions,
    group: row.parent_key,
    isGroup: row.is_group,
    position: row.position,
    scope: row.scope,
    declares: row.declares,
    isShown: row.is_shown,
    onlyShowIfDegraded: row.only_show_if_degraded,
    startDate: row.start_date,
    status,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
