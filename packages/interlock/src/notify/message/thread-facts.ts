import type { Locale, Localised } from "../../api/localised.ts";
import type { Category, ImpactStatus, IncidentStatus, Priority } from "../../api/incidents.ts";
import type { MaintenanceStatus } from "../../api/updates.ts";
import { componentStatuses, worstOf } from "../../incident/component-status.ts";
import type { Control } from "../../control/control.ts";
import { readPage, type Page } from "../page/read-page.ts";
import type { NotifySettings } from "../settings.ts";

/** An incident or a maintenance with everything that was said about it in public, for messages. */
export interface ThreadFacts {
  page: Page;
  kind: "incident" | "maintenance";
  id: string;
  /** `INC-12`, `MNT-3`. */
  reference: string;
  titles: Localised;
  status: string;
  priority: Priority | null;
  category: Category | null;
  responsibility: string;
  startedAt: Date;
  endedAt: Date | null;
  scheduled: { for: Date; until: Date } | null;
  createdAt: Date;
  /** The worst of every component of the page. */
  pageStatus: ImpactStatus;
  components: TouchedComponent[];
  /** Published ones, the newest first. */
  updates: SaidUpdate[];
  postmortemPublishedAt: Date | null;
}

export interface TouchedComponent {
  id: string;
  key: string;
  names: Localised;
  descriptions: Localised;
  position: number;
  parent: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** The worst that it was or is; operational where it explicitly is not affected. */
  worst: ImpactStatus;
  /** What it is now. */
  status: ImpactStatus;
}

export interface SaidUpdate {
  id: string;
  status: IncidentStatus | MaintenanceStatus;
  occurredAt: Date;
  publishedAt: Date;
  editedAt: Date | null;
  revision: number;
  texts: Localised;
  affected: { component: string; from: ImpactStatus | null; to: ImpactStatus }[];
}

interface ThreadRow {
  id: string;
  environment: string;
  reference: string;
  titles: Localised;
  status: string;
  priority: Priority | null;
  category: Category | null;
  responsibility: string | null;
  started_at: Date;
  ended_at: Date | null;
  scheduled_for: Date | null;
  scheduled_until: Date | null;
  created_at: Date;
  postmortem_at: Date | null;
}

const incidentSql = `select i.id, i.environment, 'INC-' || i.number as reference, i.titles, i.status, i.priority, i.category,
         i.responsibility, i.started_at, coalesce(i.ended_at, i.recovered_at) as ended_at,
         null::timestamptz as scheduled_for, null::timestamptz as scheduled_until, i.opened_at as created_at,
         (select q.published_at from interlock_control.postmortems q where q.incident = i.id) as postmortem_at
    from interlock_control.incidents i where i.id = $1::text`;

const maintenanceSql = `select m.id, m.environment, 'MNT-' || m.number as reference, m.titles, m.status,
         null::text as priority, null::text as category, null::text as responsibility,
         coalesce(m.started_at, m.scheduled_for) as started_at, m.completed_at as ended_at,
         m.scheduled_for, m.scheduled_until, m.created_at, null::timestamptz as postmortem_at
    from interlock_control.maintenances m where m.id = $1::text`;

const componentsSql = `select c.id, c.key, c.names, c.descriptions, c.position, c.parent, c.created_at as "createdAt",
         c.updated_at as "updatedAt", array_agg(x.status) as statuses
    from interlock_control.component_impacts x
    join interlock_control.components c on c.id = x.component and c.is_shown
   where x.incident = $1::text or x.maintenance = $1::text
   group by c.id order by c.position, c.key`;

const updatesSql = `select u.id, u.status, u.occurred_at as "occurredAt", u.published_at as "publishedAt",
         u.edited_at as "editedAt", u.revision, u.affected,
         (select jsonb_object_agg(t.locale, t.body) from (
            select distinct on (locale) locale, body from interlock_control.update_texts
             where update = u.id order by locale, revision desc) t) as texts
    from interlock_control.updates u
   where (u.incident = $1::text or u.maintenance = $1::text) and u.state = 'published'
   order by u.occurred_at desc, u.published_at desc, u.id limit 100`;

/** The facts of an incident (`inc_…`) or maintenance; undefined where there is none. */
export async function readThreadFacts(
  query: Control["query"],
  { thread, settings }: { thread: string; settings: NotifySettings },
): Promise<ThreadFacts | undefined> {
  const page = await readPage(query, settings);
  const [incident] = await query<ThreadRow>(incidentSql, [thread]);
  const [row] = incident === undefined ? await query<ThreadRow>(maintenanceSql, [thread]) : [incident];
  if (row === undefined) return undefined;
  const touched = await query<Touched>(componentsSql, [thread]);
  const statuses = await componentStatuses(query, { environment: row.environment, publicOnly: true });
  const updates = await query<Omit<SaidUpdate, "texts"> & { texts: Localised | null }>(updatesSql, [thread]);
  const { scheduled_for: from, scheduled_until: until } = row;
  return {
    page,
    kind: incident === undefined ? "maintenance" : "incident",
    id: row.id,
    reference: row.reference,
    titles: row.titles,
    status: row.status,
    priority: row.priority,
    category: row.category,
    responsibility: row.responsibility ?? page.responsibility,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    scheduled: from === null || until === null ? null : { for: from, until },
    createdAt: row.created_at,
    pageStatus: worstOf(statuses.values()),
    components: touched.map(({ statuses: been, ...component }) => ({
      ...component,
      worst: worstOf(been),
      status: statuses.get(component.id) ?? "operational",
    })),
    updates: updates.map((update) => ({ ...update, texts: update.texts ?? {} })),
    postmortemPublishedAt: row.postmortem_at,
  };
}

type Touched = Omit<TouchedComponent, "worst" | "status"> & { statuses: ImpactStatus[] };

/** The reader's language first, then the page's others. */
export function localesFor({ page }: Pick<ThreadFacts, "page">, locale: Locale): Locale[] {
  return [locale, ...page.locales.filter((other) => other !== locale)];
}
