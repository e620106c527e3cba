import type { Client } from "pg";
import type { Named } from "./name-locks.ts";
import type { Counts } from "./work.ts";

/** What a session has counted in its transaction. */
export interface SessionLook {
  counts: Record<string, Counts>;
  lockTimeout: string;
}

/**
 * The settings make PostgreSQL say what it does, and use an index wherever one would do: on tables of a few rows it
 * would read all of them, which says nothing about large ones. The counts are let go of with each transaction.
 */
const query = `
select json_build_object(
  'messages', set_config('client_min_messages', 'debug1', false),
  'scans', set_config('enable_seqscan', 'off', false),
  'flush', pg_catalog.pg_stat_force_next_flush()::text,
  'lockTimeout', current_setting('lock_timeout'),
  'counts', coalesce((
    select json_object_agg(s.oid, json_build_object(
      'scans', s.scans, 'inserted', s.inserted, 'updated', s.updated, 'deleted', s.deleted))
    from (select c.oid, pg_catalog.pg_stat_get_xact_numscans(c.oid) as scans,
                 pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) as inserted,
                 pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) as updated,
                 pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as deleted
            from pg_catalog.pg_class c where c.relkind in ('r', 'm') and c.oid >= 16384) s
    where s.scans + s.inserted + s.updated + s.deleted > 0), '{}')
)::text as seen`;

/** All that may be dropped, for its name. */
const relationsQuery = `
select coalesce(json_object_agg(c.oid, json_build_object('relation', format('%I.%I', n.nspname, t.relname), 'isTable', i.indexrelid is null)), '{}')::text as relations,
       (select coalesce(json_agg(json_build_array(f.conrelid::text, f.confrelid::text)), '[]')::text from pg_catalog.pg_constraint f where f.contype = 'f') as related
from pg_catalog.pg_class c
left join pg_catalog.pg_index i on i.indexrelid = c.oid
join pg_catalog.pg_class t on t.oid = coalesce(i.indrelid, c.oid)
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'i', 'I') and n.nspname !~ '^pg_'`;

/** To be asked in the session itself. Leaves it telling of what it does. */
export async function lookAtSession(client: Client): Promise<SessionLook> {
  const { rows } = await client.query<{ seen: string }>(query);
  return JSON.parse(rows[0]?.seen ?? "{}") as SessionLook;
}

/** All relations by their OIDs, and which tables refer to which. */
export async function lookAtRelations(
  client: Client,
): Promise<{ relations: Record<string, Named>; related: [string, string][] }> {
  const { rows } = await client.query<{ relations: string; related: string }>(relationsQuery);
  return {
    relations: JSON.parse(rows[0]?.relations ?? "{}") as Record<string, Named>,
    related: JSON.parse(rows[0]?.related ?? "[]") as [string, string][],
  };
}
