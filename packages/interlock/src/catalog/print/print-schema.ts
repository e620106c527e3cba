import type { ClientBase } from "pg";
import { afterwardsQueries } from "./afterwards.ts";
import { codeQueries } from "./code.ts";
import { inOrder, readDependencies } from "./dependencies.ts";
import { statementsQuery, type Part } from "./part.ts";
import { publicationsQuery } from "./publications.ts";
import { remarkQueries } from "./remarks.ts";
import { tableQueries } from "./tables.ts";
import { typeQueries } from "./types.ts";

export interface PrintedSchema {
  sql: string;
  /** What a server has that can't be made of SQL alone or is not the schema's, and how many: "2 operators". */
  leftOut: readonly string[];
}

const schemasQuery = statementsQuery(
  `select format('create schema if not exists %I', nspname) as sql from spaces where nspname <> 'public' order by oid`,
);
const extensionsQuery = `select format('create extension if not exists %I with schema %I cascade', e.extname, n.nspname) as sql
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql' order by e.oid`;

const leftOutQuery =
  statementsQuery(`select format('%s %s', count, case when count = 1 then one else many end) as what from (
    select count(*), 'foreign table as a plain one' as one, 'foreign tables as plain ones' as many from pg_class c join spaces s on s.oid = c.relnamespace where c.relkind = 'f'
    union all select count(*), 'function in C', 'functions in C' from pg_proc p join spaces s on s.oid = p.pronamespace join pg_language l on l.oid = p.prolang
      where l.lanname in ('c', 'internal') and p.prokind <> 'a' and not exists (select from members where classid = 'pg_proc'::regclass and objid = p.oid)
        and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
    union all select count(*), 'operator', 'operators' from pg_operator o join spaces s on s.oid = o.oprnamespace
      where not exists (select from members where classid = 'pg_operator'::regclass and objid = o.oid)
    union all select count(*), 'cast', 'casts' from pg_cast k where k.oid >= 16384 and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = k.oid and d.deptype = 'i') and not exists (select from members where classid = 'pg_cast'::regclass and objid = k.oid)
    union all select count(*), 'text search configuration', 'text search configurations' from pg_ts_config k join spaces s on s.oid = k.cfgnamespace
      where not exists (select from members where classid = 'pg_ts_config'::regclass and objid = k.oid)
    union all select count(*), 'base type', 'base types' from pg_type t join spaces s on s.oid = t.typnamespace
      where t.typtype = 'b' and t.typelem = 0 and not exists (select from members where classid = 'pg_type'::regclass and objid = t.oid)
    union all select count(*), 'event trigger', 'event triggers' from pg_event_trigger e where not exists (select from members where classid = 'pg_event_trigger'::regclass and objid = e.oid)
  ) k where count > 0`);

/**
 * The schema of the database that `client` is connected to as SQL that makes it again, without owners and rows. Read
 * in a transaction of the caller's. The session's search path must be empty.
 */
export async function printSchema(client: ClientBase): Promise<PrintedSchema> {
  const parts: Part[] = [];
  for (const query of [...typeQueries, ...tableQueries, ...codeQueries]) {
    parts.push(...(await client.query<Part>(query)).rows);
  }
  const ordered = inOrder(parts, await readDependencies(client)).map(({ sql }) => sql);
  const { rows } = await client.query<{ number: number }>(
    "select current_setting('server_version_num')::integer as number",
  );
  const after = [...afterwardsQueries, publicationsQuery(rows[0]?.number ?? 0), ...remarkQueries];
  const statements = [
    "set check_function_bodies = off",
    "select pg_catalog.set_config('search_path', '', false)",
    ...(await read(client, [schemasQuery, extensionsQuery])),
    ...ordered,
    ...(await read(client, after)),
  ];
  const leftOut = await client.query<{ what: string }>(leftOutQuery);
  return {
    sql: `${statements.map((sql) => `${sql};`).join("\n")}\n`,
    leftOut: leftOut.rows.map(({ what }) => what),
  };
}

async function read(client: ClientBase, queries: readonly string[]): Promise<string[]> {
  const statements: string[] = [];
  for (const query of queries) {
    const { rows } = await client.query<{ sql: string }>(query);
    statements.push(...rows.map(({ sql }) => sql).filter((sql) => sql !== ""));
  }
  return statements;
}
