import type { Client } from "pg";
import type { Stats, TableStats } from "./stats.ts";

/**
 * How large the tables of a database are, from what PostgreSQL keeps of them: nothing is counted, and no right is
 * needed beyond connecting. Each size takes a weak lock on its table for a moment and so waits behind a change
 * that has locked it: the session should have a `lock_timeout`.
 */
export async function readStats(client: Client): Promise<Stats> {
  const { rows } = await client.query<{ version: string; tables: TableStats[] }>(query);
  const [read] = rows;
  if (read === undefined) throw new Error("a query of constants has a row");
  return {
    format: "interlock-stats/1",
    serverVersion: read.version.split(" ")[0] ?? "",
    takenAt: new Date().toISOString(),
    tables: read.tables,
  };
}

/** Rows as the planner has them: those of the last VACUUM or ANALYZE for each page, times the pages that there are. */
const query = `
select pg_catalog.current_setting('server_version') as version,
       coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'schema', t.schema, 'name', t.name, 'rows', pg_catalog.round(t.rows::numeric)::int8, 'bytes', t.bytes, 'indexBytes', t.index_bytes)
         order by t.schema, t.name), '[]'::json) as tables
  from (
    select n.nspname as schema, c.relname as name,
           case when c.reltuples >= 0 and c.relpages > 0
                  then c.reltuples / c.relpages * (pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int4)
                when pg_catalog.pg_relation_size(c.oid) = 0 then 0
                when c.reltuples < 0 and pg_catalog.pg_stat_get_live_tuples(c.oid) > 0
                  then pg_catalog.pg_stat_get_live_tuples(c.oid)
           end as rows,
           coalesce(pg_catalog.pg_table_size(c.oid), 0) as bytes,
           coalesce(pg_catalog.pg_indexes_size(c.oid), 0) as index_bytes
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and c.relpersistence <> 't'
       and n.nspname <> 'information_schema' and n.nspname !~ '^pg_') t`;
