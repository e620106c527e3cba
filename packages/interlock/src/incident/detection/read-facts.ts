import type { Query } from "../../environment/query.ts";
import type { ComponentFact, DetectionFacts, IncidentFact, OwnFact, SignalFact } from "./facts.ts";
import { policyOf } from "./policy.ts";

/** What detection decides from, as the control database has it. */
export async function readDetectionFacts(query: Query, environment: string): Promise<DetectionFacts> {
  const [row] = await query<FactsRow>(factsSql, [environment]);
  if (row === undefined) throw new Error("a query without a table answers one row");
  return {
    now: row.now,
    signals: row.signals.map(signalOf),
    components: row.components.map(({ key, declares, isHealthy }): ComponentFact => ({
      key,
      policy: policyOf(declares),
      isHealthy,
    })),
    incidents: row.incidents.map(incidentOf),
    recent: row.recent.map(({ id, affected, openedAt, resolvedAt }) => ({
      id,
      affected,
      openedAt: new Date(openedAt),
      resolvedAt: new Date(resolvedAt),
    })),
    openedLately: row.opened_lately,
  };
}

interface FactsRow {
  now: Date;
  signals: (Omit<SignalFact, "startedAt" | "firstAt" | "endedAt"> & {
    startedAt: string;
    firstAt: string;
    endedAt: string | null;
  })[];
  components: { key: string; declares: unknown; isHealthy: boolean }[];
  incidents: (Omit<IncidentFact, "startedAt" | "own"> & { startedAt: string; own: StoredOwn | null })[];
  recent: { id: string; affected: string[]; openedAt: string; resolvedAt: string }[];
  opened_lately: number;
}

interface StoredOwn extends Omit<OwnFact, "policies" | "recoveredAt"> {
  policies: Record<string, unknown>;
  recoveredAt: string | null;
}

function signalOf(signal: FactsRow["signals"][number]): SignalFact {
  return {
    ...signal,
    startedAt: new Date(signal.startedAt),
    firstAt: new Date(signal.firstAt),
    endedAt: signal.endedAt === null ? null : new Date(signal.endedAt),
  };
}

function incidentOf({ own, startedAt, ...incident }: FactsRow["incidents"][number]): IncidentFact {
  if (own === null) return { ...incident, startedAt: new Date(startedAt), own: null };
  const policies = Object.entries(own.policies).flatMap(([key, stored]) => {
    const policy = policyOf(stored);
    return policy === null ? [] : [[key, policy] as const];
  });
  return {
    ...incident,
    startedAt: new Date(startedAt),
    own: {
      ...own,
      policies: Object.fromEntries(policies),
      recoveredAt: own.recoveredAt === null ? null : new Date(own.recoveredAt),
    },
  };
}

/** The structural changes that an alarm's signal names, as keys of culprits. */
const namedSql = `coalesce((select jsonb_agg('ddl ' || s.environment || '/' || s.origin || ' ' || (d.one ->> 'number'))
   from jsonb_array_elements(case when s.source = 'alarm' then s.detail -> 'ddl' else '[]' end) d(one)), '[]')`;

const factsSql = `
with open as (
  select * from interlock_control.incidents where environment = $1::text and closed_at is null
), known as (
  select s.*, coalesce(i.merged_into, s.incident) as home, ${namedSql} as named
    from interlock_control.signals s
    left join interlock_control.incidents i on i.id = s.incident
   where s.environment = $1::text
     and (s.state = 'firing'
          or coalesce(i.merged_into, s.incident) in (select id from open)
          or (s.incident is null and s.ended_at > clock_timestamp() - interval '1 hour'))
), impacts as (
  select p.incident, c.key, (array_agg(p.status order by p.number desc))[1] as latest,
         bool_or(p.status <> 'operational') as was_affected
    from interlock_control.component_impacts p
    join interlock_control.components c on c.id = p.component
   where c.environment = $1::text and p.incident is not null
   group by p.incident, c.key
)
select clock_timestamp() as now,
  coalesce((select jsonb_agg(jsonb_build_object('id', k.id, 'component', k.component, 'severity', k.severity,
      'isOfObjective', k.source = 'probe' and k.key like 'burn-%',
      'state', k.state, 'startedAt', k.started_at, 'firstAt', k.first_at, 'endedAt', k.ended_at, 'incident', k.home,
      'culprits', k.named) order by k.first_at, k.id) from known k), '[]') as signals,
  coalesce((select jsonb_agg(jsonb_build_object('key', c.key, 'declares', c.declares, 'isHealthy', coalesce(
        (select bool_and(p.state = 'passing') from interlock_control.probes p
          where p.environment = $1::text and p.component = c.key and p.removed_at is null and not p.is_paused), false))
      order by c.position, c.key)
    from interlock_control.components c
   where c.environment = $1::text and c.removed_at is null and not c.is_group), '[]') as components,
  coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'status', o.status, 'priority', o.priority,
      'startedAt', coalesce(o.started_at, o.opened_at),
      'affected', coalesce((select jsonb_agg(m.key) from impacts m where m.incident = o.id and m.latest <> 'operational'), '[]'),
      'everAffected', coalesce((select jsonb_agg(m.key) from impacts m where m.incident = o.id and m.was_affected), '[]'),
      'culprits', coalesce((select jsonb_agg(distinct n.named) from (
          select jsonb_array_elements_text(k.named) as named from known k where k.home = o.id
          union select u.culprit ->> 'key' from interlock_control.incident_culprits u
                 where u.incident = o.id and (u.culprit ->> 'hasEvidence')::boolean) n), '[]'),
      'own', (select jsonb_build_object('policies', d.policies, 'relapses', d.relapses,
          'recoveredAt', d.recovered_by_itself_at, 'toldCulprit', d.culprit,
          'culprit', (select u.culprit ->> 'key' from interlock_control.incident_culprits u
                       where u.incident = o.id and u.rank = 1 and (u.culprit ->> 'hasEvidence')::boolean))
        from interlock_control.detections d where d.incident = o.id)) order by o.opened_at, o.id)
    from open o), '[]') as incidents,
  coalesce((select jsonb_agg(jsonb_build_object('id', i.id, 'openedAt', i.opened_at, 'resolvedAt', i.closed_at,
      'affected', coalesce((select jsonb_agg(m.key) from impacts m where m.incident = i.id and m.was_affected), '[]'))
      order by i.closed_at desc)
    from interlock_control.incidents i
    join interlock_control.detections d on d.incident = i.id
   where i.environment = $1::text and i.closed_at > clock_timestamp() - interval '1 hour' and i.merged_into is null), '[]') as recent,
  (select count(*)::integer from interlock_control.incidents i
     join interlock_control.detections d on d.incident = i.id
    where i.environment = $1::text and i.opened_at > clock_timestamp() - interval '1 hour') as opened_lately`;
