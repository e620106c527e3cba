import type { PageComponent } from "../page-model.ts";
import type { Query } from "./read-page-model.ts";

/** The components that are shown, each group before what it holds. A member of a hidden group is hidden, too. */
export async function readComponents(
  query: Query,
  { environment, timeZone }: { environment: string; timeZone: string },
): Promise<PageComponent[]> {
  const rows = await query<PageComponent>(componentsSql, [environment, timeZone]);
  return rows
    .filter(({ group }) => group === null)
    .flatMap((top) => [top, ...rows.filter(({ group }) => group === top.id)]);
}

const componentsSql = `
select id, key, names, descriptions, parent as "group", is_group as "isGroup", position,
       only_show_if_degraded as "onlyShowIfDegraded",
       coalesce(start_date, (created_at at time zone $2::text)::date)::text as "startDate",
       created_at as "createdAt", updated_at as "updatedAt"
  from interlock_control.components
 where environment = $1::text and removed_at is null and is_shown
 order by position, key`;
