import type { Client } from "pg";
import { quoteQualified } from "../sql/quote.ts";
import { conflictingModes, type LockMode } from "../database/lock-mode.ts";
import type { Relation } from "../plan/plan.ts";
import type { Blocker } from "./ship-event.ts";

/** How many blockers are told of; who knows the oldest knows enough. */
const blockersTold = 5;

interface BlockerRow {
  pid: number | null;
  application_name: string;
  mode: string;
  relation: string;
  age_ms: number;
  activity: string;
}

/**
 * Who holds a lock on these relations or their partitions that keeps `mode` out, in a transaction open for at
 * least `olderThanMs`, oldest first. Of a statement only its first word is told, never its values.
 */
export async function findBlockers(
  client: Client,
  {
    relations,
    mode,
    olderThanMs,
    autovacuum,
  }: {
    relations: readonly Relation[];
    mode: LockMode;
    olderThanMs: number;
    /** Whether an autovacuum counts: it makes way for one who tries, if the role may wait as it needs. */
    autovacuum: boolean;
  },
): Promise<Blocker[]> {
  if (relations.length === 0) return [];
  const { rows } = await client.query<BlockerRow>(
    `with recursive wanted as (
       select pg_catalog.to_regclass(name)::oid as oid from unnest($1::text[]) as name
       union select i.inhrelid from pg_catalog.pg_inherits i join wanted w on i.inhparent = w.oid
     )
     select l.pid, coalesce(a.application_name, '') as application_name, l.mode,
            l.relation::regclass::text as relation,
            coalesce(extract(epoch from clock_timestamp() - coalesce(p.prepared, a.xact_start)) * 1000, 0)::double precision as age_ms,
            case when l.pid is null then 'prepared transaction ' || coalesce(p.gid, '')
                 when a.state = 'active' then coalesce(lower(substring(a.query from '^\\s*([A-Za-z]+)')), 'active')
                 else coalesce(a.state, a.backend_type, 'unknown') end as activity
       from pg_catalog.pg_locks l
       join wanted w on w.oid = l.relation
       left join pg_catalog.pg_stat_activity a on a.pid = l.pid
       left join pg_catalog.pg_locks t on l.pid is null and t.pid is null and t.locktype = 'transactionid'
                                      and t.virtualtransaction = l.virtualtransaction
       left join pg_catalog.pg_prepared_xacts p on p.transaction = t.transactionid
      where l.locktype = 'relation' and l.granted and l.mode = any($2::text[])
        and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and l.pid is distinct from pg_catalog.pg_backend_pid()
        and ($5::boolean or coalesce(a.backend_type, '') <> 'autovacuum worker')
        and coalesce(clock_timestamp() - coalesce(p.prepared, a.xact_start) >= $3::double precision * interval '1 millisecond', $3::double precision = 0)
      order by age_ms desc limit $4::integer`,
    [
      relations.map(({ schema, name }) => quoteQualified(schema, name)),
      [...conflictingModes(mode)],
      olderThanMs,
      blockersTold,
      autovacuum,
    ],
  );
  return rows.map(({ pid, application_name, mode: held, relation, age_ms, activity }) => ({
    pid,
    applicationName: application_name,
    mode: held,
    relation,
    ageMs: Math.round(age_ms),
    activity,
  }));
}

/** For people: `process 4711 (payments@2.2.0, update, for 12 s, RowExclusiveLock on payments)`. */
export function describeBlocker({ pid, applicationName, mode, relation, ageMs, activity }: Blocker): string {
  const who = pid === null ? activity : `process ${String(pid)}`;
  const facts = [
    ...(applicationName === "" ? [] : [applicationName]),
    ...(pid === null ? [] : [activity]),
    `for ${String(Math.round(ageMs / 1000))} s`,
    mode === "transaction" ? "in a transaction that must end first" : `${mode} on ${relation}`,
  ];
  return `${who} (${facts.join(", ")})`;
}
