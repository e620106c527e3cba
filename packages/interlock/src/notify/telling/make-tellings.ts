import type { Control } from "../../control/control.ts";
import { tellComponents } from "./tell-components.ts";

/** What was published longer ago than this is no news: a server that was away for days tells nobody of last week. */
const newsForDays = 3;

/**
 * Writes down what subscribers are to be told of and have not been: updates and post-mortems that were published,
 * and changes of components. Each revision once, whoever looks and however often; what is edited without a new
 * revision, or of an incident that is not public or was merged into another one, makes none. Returns how many.
 */
export async function makeTellings({ control }: Pick<{ control: Control }, "control">): Promise<number> {
  let made = 0;
  for (const sql of [updatesSql, postmortemsSql]) {
    made += (await control.query(sql, [newsForDays])).length;
  }
  return made + (await tellComponents({ control }));
}

/** Updates that anybody is to be told of. */
const newsSql = `news as (
    select u.id, u.revision, coalesce(u.incident, u.maintenance) as thread,
           case when u.status = 'postmortem' then 'postmortems' when u.incident is null then 'maintenance' else 'incidents' end as category,
           greatest(u.published_at, u.edited_at) as published_at
      from interlock_control.updates u
      left join interlock_control.incidents i on i.id = u.incident
      left join interlock_control.maintenances m on m.id = u.maintenance
      join interlock_control.status_page p on p.environment = coalesce(i.environment, m.environment)
     where u.state = 'published' and u.notifies and coalesce(i.is_public, m.is_public) and i.merged_into is null
       and greatest(u.published_at, u.edited_at) > clock_timestamp() - make_interval(days => $1::integer)
       and not exists (select from interlock_control.postmortems q where q.incident = u.incident and u.status = 'postmortem')
  )`;

/** Of an incident or maintenance: every component that it ever touched, and the groups that they are in. */
const componentsOf = (thread: string): string => `array(
    select distinct each from interlock_control.component_impacts x
      join interlock_control.components c on c.id = x.component
      cross join lateral (values (c.id), (c.parent)) as of_component (each)
     where (x.incident = ${thread} or x.maintenance = ${thread}) and x.status <> 'operational' and each is not null)`;

const updatesSql = `with ${newsSql}
  insert into interlock_control.tellings (kind, subject, revision, category, thread, components, published_at)
  select 'update', n.id, n.revision, n.category, n.thread, ${componentsOf("n.thread")}, n.published_at
    from news n
   where not exists (select from interlock_control.tellings t
                      where t.kind = 'update' and t.subject = n.id and t.revision = n.revision)
   order by n.published_at, n.id
  on conflict (kind, subject, revision) do nothing returning number`;

/** The first edition only: later ones are marked on the page. */
const postmortemsSql = `insert into interlock_control.tellings
    (kind, subject, revision, category, thread, components, published_at)
  select 'postmortem', q.id, 1, 'postmortems', q.incident, ${componentsOf("q.incident")}, q.published_at
    from interlock_control.postmortems q
    join interlock_control.incidents i on i.id = q.incident and i.is_public and i.merged_into is null
    join interlock_control.status_page p on p.environment = i.environment
   where q.published_at > clock_timestamp() - make_interval(days => $1::integer)
     and not exists (select from interlock_control.tellings t
                      where t.kind = 'postmortem' and t.subject = q.id and t.revision = 1)
   order by q.published_at
  on conflict (kind, subject, revision) do nothing returning number`;
