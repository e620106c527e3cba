import type { ImpactStatus } from "../../api/incidents.ts";
import type { Control, Transaction } from "../../control/control.ts";
import { componentStatuses } from "../../incident/component-status.ts";

interface Known {
  component: string;
  parent: string | null;
  status: ImpactStatus;
}

/**
 * Writes down which components are publicly in another state than subscribers were last told, whatever brought it
 * about: an update, an incident that became public, a maintenance that began. Each change once, however many servers
 * look. Returns how many.
 */
export async function tellComponents({ control }: { control: Control }): Promise<number> {
  const known = await control.query<Known & { environment: string }>(knownSql);
  const [first] = known;
  if (first === undefined) return 0;
  const now = await componentStatuses(control.query, { environment: first.environment, publicOnly: true });
  let told = 0;
  for (const { component, parent, status: from } of known) {
    const to = now.get(component) ?? from;
    if (to === from) continue;
    const isMine = await control.transact(({ query }) => tell(query, { component, parent, from, to }));
    if (isMine) told += 1;
  }
  return told;
}

async function tell(
  query: Transaction["query"],
  {
    component,
    parent,
    from,
    to,
  }: { component: string; parent: string | null; from: ImpactStatus; to: ImpactStatus },
): Promise<boolean> {
  const [changed] = await query<{ revision: number; changed_at: Date }>(changeSql, [component, from, to]);
  if (changed === undefined) return false;
  const category = [from, to].includes("under_maintenance") ? "maintenance" : "incidents";
  await query(tellingSql, [
    component,
    changed.revision,
    category,
    parent === null ? [component] : [component, parent],
    JSON.stringify({ from, to }),
    changed.changed_at,
  ]);
  return true;
}

const knownSql = `select c.id as component, c.parent, c.environment, coalesce(t.status, 'operational') as status
    from interlock_control.components c
    join interlock_control.status_page p on p.environment = c.environment
    left join interlock_control.told_components t on t.component = c.id
   where c.removed_at is null and c.is_shown and not c.is_group`;

// Whoever looked at an older state changes nothing.
const changeSql = `insert into interlock_control.told_components as t (component, status)
  select $1::text, $3::text
  on conflict (component) do update
     set status = excluded.status, revision = t.revision + 1, changed_at = clock_timestamp()
   where t.status = $2::text
  returning revision, changed_at`;

const tellingSql = `insert into interlock_control.tellings
    (kind, subject, revision, category, thread, components, facts, published_at)
  values ('component', $1::text, $2::integer, $3::text, $1::text, $4::text[], $5::jsonb, $6::timestamptz)`;
