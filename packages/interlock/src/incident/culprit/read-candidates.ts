import type { Query } from "../../environment/query.ts";
import { touchedObjects } from "../../signal/touched-objects.ts";
import type { Candidate } from "./facts.ts";
import { wordsOf } from "./names-in.ts";
import { wayOutOf, type ChangeHalf } from "./way-out-of.ts";

interface Row {
  ddl: {
    database: string;
    number: string;
    at: string;
    tag: string;
    objects: string[];
    who: string;
    applicationName: string;
    text: string;
    permit: string | null;
  }[];
  releases: {
    id: string;
    appVersion: string;
    app: string;
    state: "running" | "finished" | "cancelled";
    startedAt: string;
    startedBy: string;
    previous: string | null;
  }[];
  shipments: {
    id: string;
    change: string;
    title: string;
    startedAt: string;
    endedAt: string | null;
    startedBy: string;
    direction: "forward" | "back";
    tables: string[];
    sql: string;
    databases: string[];
    isPastReturn: boolean;
    app: string | null;
    version: string | null;
  }[];
  overrides: { subject: string; by: string; reason: string }[];
  halves: ChangeHalf[];
}

/** What was changed in the environment of an incident within the day before it began. */
export async function readCandidates(query: Query, incident: string): Promise<Candidate[]> {
  const [row] = await query<Row & { environment: string }>(candidatesSql, [incident]);
  if (row === undefined) return [];
  const { environment } = row;
  const shipped = row.shipments.map((shipment) => shipmentCandidate(row, { shipment, environment }));
  const own = new Set(shipped.flatMap(({ ddl }) => ddl));
  const direct = row.ddl
    .filter(({ database, number }) => !own.has(ddlKey(environment, { database, number })))
    .map((ddl) => structuralCandidate(row, { ddl, environment }));
  return [...direct, ...shipped, ...row.releases.map((release) => releaseCandidate(row, release))];
}

export function ddlKey(
  environment: string,
  { database, number }: { database: string; number: string },
): string {
  return `ddl ${environment}/${database} ${number}`;
}

function structuralCandidate(
  { halves }: Row,
  { ddl, environment }: { ddl: Row["ddl"][number]; environment: string },
): Candidate {
  const { tables, columns } = touchedObjects(ddl.objects);
  const client = ddl.applicationName === "" ? "no application_name" : ddl.applicationName;
  return {
    key: ddlKey(environment, ddl),
    kind: "structural-change",
    title: `${[ddl.tag, [...tables].slice(0, 3).join(", ")].join(" ").trim()} on ${ddl.database}`,
    statement: ddl.text.replaceAll(/\s+/g, " ").trim().slice(0, 300) || null,
    at: new Date(ddl.at),
    who: `${ddl.who} (${client})`,
    appVersion: null,
    apps: [],
    databases: [ddl.database],
    tables,
    names: new Set([
      ...wordsOf(ddl.text),
      ...[...tables, ...columns].flatMap((name) => name.toLowerCase().split(".")),
    ]),
    ddl: [ddlKey(environment, ddl)],
    overrides: [],
    pastGate:
      ddl.permit === null
        ? "it did not go through the gate, and nothing held it"
        : ddl.permit.startsWith("interlock")
          ? undefined
          : `the guard let it through: ${ddl.permit}`,
    wayOut: wayOutOf({ kind: "structural-change", tables, halves }),
  };
}

function shipmentCandidate(
  { ddl, overrides }: Row,
  { shipment, environment }: { shipment: Row["shipments"][number]; environment: string },
): Candidate {
  const { id, change, title, startedAt, endedAt, startedBy, tables, sql, databases, app, version } = shipment;
  // What the executor changed in a database of its while it was under way.
  const own = ddl.filter(
    ({ database, permit, at }) =>
      permit?.startsWith("interlock") === true &&
      databases.includes(database) &&
      at >= startedAt &&
      (endedAt === null || at <= endedAt),
  );
  const lastAt =
    own
      .map(({ at }) => at)
      .toSorted()
      .at(-1) ?? startedAt;
  return {
    key: `shipment ${id}`,
    kind: "shipment",
    title: `${title} (${id})`,
    statement: null,
    at: new Date(lastAt),
    who: startedBy,
    appVersion: null,
    apps: app === null ? [] : [app],
    databases,
    tables,
    names: new Set([...wordsOf(sql), ...own.flatMap(({ text }) => [...wordsOf(text)])]),
    ddl: own.map((one) => ddlKey(environment, one)),
    overrides: overrides.filter(({ subject }) => subject === `change:${change}`),
    pastGate: undefined,
    wayOut: wayOutOf({
      ...shipment,
      kind: "shipment",
      isOpen: endedAt === null,
      half: app === null || version === null ? null : { app, version },
    }),
  };
}

function releaseCandidate({ overrides }: Row, release: Row["releases"][number]): Candidate {
  const { id, app, appVersion, startedAt, startedBy } = release;
  return {
    key: `release ${id}`,
    kind: "release",
    title: appVersion,
    statement: null,
    at: new Date(startedAt),
    who: startedBy,
    appVersion,
    apps: [app],
    databases: [],
    tables: [],
    names: new Set(),
    ddl: [],
    overrides: overrides.filter(({ subject }) => subject === `release:${appVersion}`),
    pastGate: undefined,
    wayOut: wayOutOf({ ...release, kind: "release" }),
  };
}

const candidatesSql = `
with it as (
  select environment, coalesce(started_at, opened_at) as start from interlock_control.incidents where id = $1::text
)
select it.environment,
  coalesce((select jsonb_agg(x.one || jsonb_build_object('database', x.database) order by x.database, x.number)
    from (select distinct on (a.database, d.one ->> 'number') a.database, d.one ->> 'number' as number, d.one
            from interlock_control.alarms a, jsonb_array_elements(a.ddl) d(one)
           where a.environment = it.environment and a.raised_at > it.start - interval '1 day'
             and (d.one ->> 'at')::timestamptz between it.start - interval '1 day' and it.start + interval '1 minute'
           order by a.database, d.one ->> 'number', a.raised_at) x), '[]') as ddl,
  coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'app', r.app, 'appVersion', r.app || '@' || r.version,
      'state', r.state, 'startedAt', r.started_at, 'startedBy', r.started_by,
      'previous', (select p.version from interlock_control.releases p
                    where p.environment = r.environment and p.app = r.app and p.state = 'finished' and p.version <> r.version
                      and p.ended_at <= r.started_at order by p.ended_at desc limit 1)) order by r.started_at desc)
    from (select * from interlock_control.releases
           where environment = it.environment and started_at between it.start - interval '1 day' and it.start + interval '1 minute'
           order by started_at desc limit 100) r), '[]') as releases,
  coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'change', s.change, 'title', c.title, 'startedAt', s.started_at,
      'endedAt', s.ended_at, 'startedBy', s.started_by, 'direction', s.direction, 'tables', c.touches -> 'tables',
      'sql', (select string_agg(f.one ->> 'text', ' ') from jsonb_array_elements(c.files) f(one)),
      'databases', (select coalesce(jsonb_agg(b.database), '[]') from interlock_control.shipment_databases b where b.shipment = s.id and b.started_at is not null),
      'isPastReturn', exists (select from interlock_control.shipment_databases b where b.shipment = s.id and b.state = 'done'),
      'app', c.app, 'version', c.version) order by s.started_at desc)
    from (select * from interlock_control.shipments
           where environment = it.environment and started_at <= it.start + interval '1 minute'
             and (ended_at is null or ended_at > it.start - interval '1 day')
           order by started_at desc limit 50) s
    join interlock_control.changes c on c.id = s.change), '[]') as shipments,
  coalesce((select jsonb_agg(jsonb_build_object('subject', o.subject, 'by', o.made_by, 'reason', o.reason) order by o.made_at)
    from interlock_control.overrides o
   where o.environment = it.environment and o.made_at between it.start - interval '1 day' and it.start), '[]') as overrides,
  coalesce((select jsonb_agg(jsonb_build_object('change', h.id, 'tables', h.touches -> 'tables', 'app', h.app, 'version', h.version,
      'isReleased', exists (select from interlock_control.releases r where r.environment = it.environment and r.app = h.app
                              and r.version = h.version and r.state <> 'cancelled')) order by h.created_at desc)
    from (select * from interlock_control.changes
           where app is not null and closed_at is null order by created_at desc limit 50) h), '[]') as halves
from it`;
