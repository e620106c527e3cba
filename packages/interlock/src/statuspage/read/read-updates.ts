import type { Localised } from "../../api/localised.ts";
import type { ComponentStatus, PageComponent, PageUpdate } from "../page-model.ts";
import type { Around } from "./read-page-model.ts";

/** The published updates of every incident or maintenance of the environment, newest first, by whose they are. */
export async function readUpdates(
  { query, environment, components, drafts }: Around,
  of: "incident" | "maintenance",
): Promise<ReadonlyMap<string, PageUpdate[]>> {
  const rows = await query<UpdateRow>(of === "incident" ? incidentUpdatesSql : maintenanceUpdatesSql, [
    environment,
    drafts,
  ]);
  const updates = new Map<string, PageUpdate[]>();
  for (const { owner, affected, ...row } of rows) {
    const own = updates.get(owner) ?? [];
    own.push({ ...row, changes: changesOf(affected, components) });
    updates.set(owner, own);
  }
  return updates;
}

interface UpdateRow extends Omit<PageUpdate, "changes" | "texts"> {
  owner: string;
  texts: Localised;
  affected: { component: string; from?: ComponentStatus | null; to: ComponentStatus }[];
}

/** What is not shown is not told of. */
function changesOf(
  affected: UpdateRow["affected"],
  components: readonly PageComponent[],
): PageUpdate["changes"] {
  return affected.flatMap(({ component, from = null, to }) => {
    const found = components.find(({ id, key }) => id === component || key === component);
    return found === undefined ? [] : [{ component: found.id, from, to }];
  });
}

const updatesSql = (owner: string, table: string): string => `
select u.${owner} as owner, u.id, u.status, u.occurred_at as "occurredAt", coalesce(u.published_at, u.occurred_at) as "publishedAt",
       u.edited_at as "editedAt", u.is_backdated as "isBackdated", u.notifies, u.affected,
       coalesce(t.texts, '{}') as texts
  from interlock_control.updates u
  join interlock_control.${table} o on o.id = u.${owner}
  left join lateral (
    select jsonb_object_agg(latest.locale, latest.body) as texts
      from (select distinct on (x.locale) x.locale, x.body
              from interlock_control.update_texts x
             where x.update = u.id
             order by x.locale, x.revision desc) as latest
  ) as t on true
 where o.environment = $1::text and (o.is_public or $2::boolean)
   and (u.state = 'published' or (u.state = 'draft' and $2::boolean))
 order by u.occurred_at desc, u.published_at desc nulls first, u.id desc`;

const incidentUpdatesSql = updatesSql("incident", "incidents");
const maintenanceUpdatesSql = updatesSql("maintenance", "maintenances");
