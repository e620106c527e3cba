import type { Control } from "../../control/control.ts";
import type { ImpactStatus } from "../../api/incidents.ts";
import { componentStatuses, worstOf } from "../../incident/component-status.ts";
import { readPage } from "../page/read-page.ts";
import type { NotifySettings } from "../settings.ts";
import type { ComponentChange } from "./hook-body.ts";
import type { TouchedComponent } from "./thread-facts.ts";

interface Row extends Omit<TouchedComponent, "worst" | "status"> {
  facts: { from: ImpactStatus; to: ImpactStatus };
  published_at: Date;
}

/** A change of a component's public state, with the component as it is now; undefined where it has gone. */
export async function readComponentChange(
  query: Control["query"],
  { component: id, revision, settings }: { component: string; revision: number; settings: NotifySettings },
): Promise<ComponentChange | undefined> {
  const page = await readPage(query, settings);
  const [row] = await query<Row>(changeSql, [id, revision]);
  if (row === undefined) return undefined;
  const statuses = await componentStatuses(query, { environment: page.environment, publicOnly: true });
  const { facts, published_at: changedAt, ...component } = row;
  const status = statuses.get(id) ?? "operational";
  return {
    page,
    pageStatus: worstOf(statuses.values()),
    component: { ...component, worst: status, status },
    ...facts,
    id: `${id}.r${String(revision)}`,
    changedAt,
  };
}

const changeSql = `select c.id, c.key, c.names, c.descriptions, c.position, c.parent, c.created_at as "createdAt",
         c.updated_at as "updatedAt", t.facts, t.published_at
    from interlock_control.tellings t
    join interlock_control.components c on c.id = t.subject
   where t.kind = 'component' and t.subject = $1::text and t.revision = $2::integer`;
