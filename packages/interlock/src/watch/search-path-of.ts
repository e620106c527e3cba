import type { Client } from "pg";
import { shownNames } from "../ship/live-versions.ts";
import { quoteIdentifier } from "../sql/quote.ts";

/**
 * The search path that an app version's sessions begin with, from the settings of the role that they use and of the
 * database: its unqualified names mean what they mean there, whatever our own role's path is. Undefined where it has
 * no sessions now. What a client sets for its session is not seen by anybody else, but what a change under way told
 * whoever runs the version to set is known.
 */
export async function searchPathOf(client: Client, appVersion: string): Promise<string | undefined> {
  const planned = await plannedPath(client, appVersion);
  if (planned !== undefined) return planned;
  const { rows } = await client.query<{ role: string; path: string }>(query, [shownNames(appVersion)]);
  const [row] = rows;
  if (row === undefined) return undefined;
  return row.path.replaceAll(/"\$user"|'\$user'|\$user\b/g, () => quoteIdentifier(row.role));
}

/** A change under way may give a version views of its own; whoever runs it was told to connect with their path. */
async function plannedPath(client: Client, appVersion: string): Promise<string | undefined> {
  const { rows: rights } = await client.query<{ may: boolean }>(
    `select pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_table_privilege(c.oid, 'select') as may
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'interlock' and c.relname = 'changes'`,
  );
  // Whoever may not read the journal goes by what roles and the database set.
  if (rights[0]?.may !== true) return undefined;
  const { rows } = await client.query<{ path: string | null }>(
    `select (select string_agg(quote_ident(name), ', ' order by place)
               from jsonb_array_elements_text(p -> 'path') with ordinality as e (name, place) where name <> '$user') as path
       from interlock.changes c, jsonb_array_elements(c.plan -> 'searchPaths') p
      where c.state not in ('done', 'rolled-back') and p -> 'versions' ? $1::text`,
    [appVersion],
  );
  return rows[0]?.path ?? undefined;
}

// The closest setting has the word: of the role in this database, of the role, of the database; else the server's,
// which our own session shows unless it has a setting of its own.
const query = `select a.role, coalesce(
    (select substring(one from '^search_path=(.*)$')
       from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) one
      where s.setrole in (a.usesysid, 0) and s.setdatabase in (d.oid, 0) and one like 'search_path=%'
      order by s.setrole = 0, s.setdatabase = 0 limit 1),
    case when exists (
        select from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) one
         where s.setrole = session_user::regrole and s.setdatabase in (d.oid, 0) and one like 'search_path=%')
      then '"$user", public'
      else (select reset_val from pg_catalog.pg_settings where name = 'search_path') end) as path
  from (select usename as role, usesysid from pg_catalog.pg_stat_activity
         where datname = pg_catalog.current_database() and application_name = any($1::text[])
           and usesysid is not null
         order by backend_start desc limit 1) a, pg_catalog.pg_database d
 where d.datname = pg_catalog.current_database()`;
