import type { Query } from "../../environment/query.ts";
import { parseScope } from "../../gate/scope/parse-scope.ts";
import type { BrokenStatement, TroubleFacts } from "./facts.ts";

interface TroubleRow {
  started_at: Date;
  scopes: string[];
  signals: {
    source: "probe" | "alarm" | "hook";
    title: string;
    origin: string;
    named: string[];
    detail: {
      appVersion?: string;
      statements?: Pick<BrokenStatement, "name" | "sqlstate" | "message">[];
      tables?: string[];
      error?: string;
      [other: string]: unknown;
    };
  }[];
  partial: { database: string; appVersion: string; why: string; beganAt: string }[];
}

/** Texts of signals that are read at most. */
const mostErrors = 100;

/** What is known of the trouble of an incident; undefined where there is no such incident. */
export async function readTrouble(query: Query, incident: string): Promise<TroubleFacts | undefined> {
  const [row] = await query<TroubleRow>(troubleSql, [incident]);
  if (row === undefined) return undefined;
  const words = row.scopes.flatMap((scope) => parseScope(scope).words).filter(({ isNegated }) => !isNegated);
  const patternsOf = (key: string): string[] =>
    words.flatMap((word) => (word.key === key ? [...word.patterns] : []));
  const alarms = row.signals.filter(({ source }) => source === "alarm");
  return {
    startedAt: row.started_at,
    apps: patternsOf("app"),
    tables: [...new Set([...patternsOf("table"), ...alarms.flatMap(({ detail }) => detail.tables ?? [])])],
    broken: alarms.flatMap(({ origin, detail }) =>
      (detail.statements ?? []).map(({ name, sqlstate, message }) => ({
        appVersion: detail.appVersion ?? "",
        database: origin,
        name,
        sqlstate,
        message,
      })),
    ),
    named: [...new Set(alarms.flatMap(({ named }) => named))],
    errors: row.signals
      .filter(({ source }) => source !== "alarm")
      .flatMap(({ title, detail }) => [
        title,
        ...Object.values(detail).filter((one) => typeof one === "string"),
      ])
      .slice(0, mostErrors),
    partial: row.partial.map(({ beganAt, ...one }) => ({ ...one, beganAt: new Date(beganAt) })),
  };
}

const troubleSql = `select coalesce(i.started_at, i.opened_at) as started_at,
    (select coalesce(array_agg(distinct c.scope), '{}') from interlock_control.component_impacts p
       join interlock_control.components c on c.id = p.component
      where p.incident = i.id and p.status <> 'operational' and c.scope is not null) as scopes,
    coalesce((select jsonb_agg(jsonb_build_object('source', s.source, 'title', s.title, 'origin', s.origin,
        'detail', s.detail, 'named', coalesce((select jsonb_agg('ddl ' || s.environment || '/' || s.origin || ' ' || (d.one ->> 'number'))
          from jsonb_array_elements(case when s.source = 'alarm' then s.detail -> 'ddl' else '[]' end) d(one)), '[]'))
        order by s.first_at, s.id)
      from (select * from interlock_control.signals where incident = i.id order by first_at limit 200) s), '[]') as signals,
    coalesce((select jsonb_agg(jsonb_build_object('database', d.database, 'appVersion', d.app_version, 'why', d.why,
        'beganAt', d.began_at) order by d.began_at, d.app_version)
      from interlock_control.partial_deployments d
     where d.environment = i.environment
       and d.began_at between coalesce(i.started_at, i.opened_at) - interval '1 hour' and coalesce(i.closed_at, clock_timestamp())), '[]') as partial
  from interlock_control.incidents i where i.id = $1::text`;
