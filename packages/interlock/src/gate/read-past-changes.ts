import type { Control } from "../control/control.ts";
import type { Touches } from "./facts.ts";
import type { PastChange } from "./backtest.ts";
import type { ScopeOrder } from "./scope/scope.ts";

/** Changes that a rule is held against at most, the latest ones. */
const mostChanges = 1_000;

interface Row {
  id: string;
  title: string;
  app_version: string | null;
  touches: Touches;
  created_at: Date;
  created_by: string;
  caused_incident: string | null;
  environments: string[];
  order: ScopeOrder | null;
  was_shipped: boolean;
  approvals: { approver: string; role: string }[];
}

/** The changes of the past for backtests: the latest thousand, the oldest of them first. */
export async function readPastChanges(query: Control["query"]): Promise<PastChange[]> {
  const rows = await query<Row>(readSql, [mostChanges]);
  return rows.toReversed().map((row) => ({
    change: row.id,
    title: row.title,
    author: row.created_by,
    appVersion: row.app_version,
    touches: row.touches,
    createdAt: row.created_at.toISOString(),
    causedIncident: row.caused_incident,
    environments: row.environments,
    order: row.order,
    wasShipped: row.was_shipped,
    approvals: row.approvals,
  }));
}

// One that was never shipped could have gone to any environment.
const readSql = `select changes.id, title, app || '@' || version as app_version, touches, created_at, created_by,
    caused_incident,
    (select report ->> 'order' from interlock_control.rehearsals
      where change = changes.id and state = 'done' order by asked_at desc, id desc limit 1) as "order",
    exists (select from interlock_control.shipments where change = changes.id) as was_shipped,
    coalesce(
      (select array_agg(distinct environment order by environment) from interlock_control.shipments
        where change = changes.id),
      (select array_agg(name order by name) from interlock_control.environments),
      '{}'::text[]) as environments,
    coalesce(
      (select jsonb_agg(jsonb_build_object('approver', approver, 'role', role) order by id)
         from interlock_control.approvals where change = changes.id and withdrawn_at is null),
      '[]'::jsonb) as approvals
  from interlock_control.changes
  order by created_at desc, changes.id desc limit $1::integer`;
