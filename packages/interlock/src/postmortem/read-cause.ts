import type { Control } from "../control/control.ts";
import type { BrokenStatement, Cause } from "./facts.ts";
import type { Deployment } from "./read-deployments.ts";

interface Asked {
  incident: string;
  reference: string;
  environment: string;
  from: Date;
  until: Date | null;
  deployments: readonly Deployment[];
}

/**
 * Why it happened, as far as there is evidence: the change that is marked as its cause, or the one of the shipment that
 * ranks first among the culprits with evidence against it, with what its rehearsal showed;
 * alarms and partial deployments of that time. Null where there is none: nobody is blamed by guessing.
 */
export async function readCause(query: Control["query"], asked: Asked): Promise<Cause | null> {
  const span = [asked.environment, asked.from, asked.until];
  const change = await readChange(query, asked);
  const alarms = await query<{
    app_version: string;
    statements: Omit<BrokenStatement, "appVersion" | "sql">[];
  }>(alarmsSql, span);
  const [partial] = await query<{ was_partial: boolean }>(partialSql, span);
  const wasPartial = alarms.length > 0 || partial?.was_partial === true;
  if (change === undefined && !wasPartial) return null;
  const told = alarms.flatMap(({ app_version: appVersion, statements }) =>
    statements.map(({ name, sqlstate, message }) => ({ appVersion, name, sqlstate, message })),
  );
  const { structureAt, applicationAt } = halvesOf(asked, change);
  return {
    change:
      change === undefined ? null : { id: change.id, title: change.title, appVersion: change.app_version },
    order: change?.order ?? null,
    kinds: change?.kinds ?? [],
    tables: change?.tables ?? [],
    statements: change?.statements ?? 0,
    wasPartial,
    structureAt,
    applicationAt,
    // What the watch saw is what happened; a rehearsal says it where nothing watched.
    broken: await withSql(query, told.length > 0 ? told : wasPartial ? (change?.broken ?? []) : []),
  };
}

interface ChangeRow {
  id: string;
  title: string;
  app_version: string | null;
  order: Cause["order"];
  kinds: string[];
  tables: string[];
  statements: number;
  broken: Omit<BrokenStatement, "sql">[];
}

async function readChange(
  query: Control["query"],
  { incident, reference }: Asked,
): Promise<ChangeRow | undefined> {
  const [row] = await query<ChangeRow>(changeSql, [incident, reference]);
  return row;
}

/** A target's clock may be a little ahead of the one that incidents go by. */
const clocksMs = 5_000;

/**
 * The structure is the last one before the start; the application is the version that came with it, else the first one
 * after that structure.
 */
function halvesOf(
  { deployments, from, until }: Asked,
  change: Pick<ChangeRow, "id" | "app_version"> | undefined,
): Pick<Cause, "structureAt" | "applicationAt"> {
  const structures = deployments.filter(
    ({ kind, at }) => kind === "structure-deployed" && at.getTime() <= from.getTime() + clocksMs,
  );
  const structure =
    structures.findLast((one) => change !== undefined && one.change === change.id) ?? structures.at(-1);
  const applications = deployments.filter(
    ({ kind, at }) =>
      kind === "application-deployed" &&
      structure !== undefined &&
      at > structure.at &&
      (until === null || at <= until),
  );
  const version = change?.app_version ?? null;
  const application =
    applications.find(({ what }) => version !== null && what.includes(version)) ?? applications[0];
  return { structureAt: structure?.at ?? null, applicationAt: application?.at ?? null };
}

/** Each statement once, with its SQL where the workload is stored. */
async function withSql(
  query: Control["query"],
  told: readonly Omit<BrokenStatement, "sql">[],
): Promise<BrokenStatement[]> {
  const once = [...new Map(told.map((one) => [`${one.appVersion} ${one.name}`, one])).values()];
  if (once.length === 0) return [];
  const rows = await query<{ app_version: string; name: string; sql: string }>(statementsSql, [
    [...new Set(once.map(({ appVersion }) => appVersion))],
  ]);
  const texts = new Map(rows.map(({ app_version: appVersion, name, sql }) => [`${appVersion} ${name}`, sql]));
  return once.map((one) => ({ ...one, sql: texts.get(`${one.appVersion} ${one.name}`) ?? null }));
}

const alarmsSql = `select app_version, statements from interlock_control.alarms
  where environment = $1::text and raised_at <= coalesce($3::timestamptz, clock_timestamp())
    and (cleared_at is null or cleared_at >= $2::timestamptz)
  order by raised_at, id limit 50`;

const partialSql = `select exists (
  select from interlock_control.partial_deployments
   where environment = $1::text and began_at <= coalesce($3::timestamptz, clock_timestamp())
     and (ended_at is null or ended_at >= $2::timestamptz)) as was_partial`;

const changeSql = `select c.id, c.title, c.app || '@' || c.version as app_version, r."order",
    array(select jsonb_array_elements_text(c.touches -> 'kinds')) as kinds,
    array(select jsonb_array_elements_text(c.touches -> 'tables')) as tables,
    coalesce((c.touches ->> 'statements')::integer, 0) as statements,
    coalesce(r.broken, '[]'::jsonb) as broken
  from interlock_control.changes c
  left join lateral (
    select report ->> 'order' as "order",
           (select jsonb_agg(jsonb_build_object('appVersion', f ->> 'app', 'name', f ->> 'statement',
                     'sqlstate', f ->> 'sqlstate', 'message', f ->> 'message'))
              from jsonb_array_elements(report -> 'findings') as f
             where f ->> 'code' in ('statement-breaks', 'write-breaks') and f ->> 'when' = 'after-change'
               and f ->> 'app' is not null and f ->> 'statement' is not null) as broken
      from interlock_control.rehearsals where change = c.id and state = 'done'
     order by asked_at desc, id desc limit 1) r on true
  where c.caused_incident in ($1::text, $2::text)
     or c.id = (select s.change from interlock_control.incident_culprits k
                  join interlock_control.shipments s on k.culprit ->> 'key' = 'shipment ' || s.id
                 where k.incident = $1::text and k.rank = 1 and (k.culprit ->> 'hasEvidence')::boolean)
  order by (c.caused_incident is not null) desc, c.created_at desc, c.id desc limit 1`;

const statementsSql = `select app || '@' || version as app_version, one ->> 'name' as name, one ->> 'sql' as sql
  from interlock_control.workloads, jsonb_array_elements(workload -> 'statements') as one
  where app || '@' || version = any($1::text[]) and one ->> 'name' is not null`;
