import { quoteIdentifier } from "../../sql/quote.ts";
import type { ReadingSession } from "./reading-session.ts";

/** Where a role's sessions look for unqualified names. */
export interface RolePath {
  /** As `search_path` takes it. */
  setting: string;
  /** The schemas that it names, in order. */
  schemas: readonly string[];
}

// The closest setting has the word: of the role in this database, of the role, of the database; else the server's,
// which our own session shows unless it has a setting of its own.
const paths = `
  select r.rolname::text as role,
         coalesce(
           (select pg_catalog.substring(one, '^search_path=(.*)$')
              from pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) one
             where s.setrole in (r.oid, 0) and s.setdatabase in (d.oid, 0) and one like 'search_path=%'
             order by s.setrole = 0, s.setdatabase = 0 limit 1),
           case when exists (
               select from pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) one
                where s.setrole = session_user::regrole and s.setdatabase in (d.oid, 0) and one like 'search_path=%')
             then '"$user", public'
             else (select reset_val from pg_catalog.pg_settings where name = 'search_path') end) as path
    from pg_catalog.pg_roles r, pg_catalog.pg_database d
   where d.datname = pg_catalog.current_database() and r.rolname = any($1::text[])`;

/**
 * The search paths that sessions of roles begin with, from the settings of the roles and of the database:
 * unqualified names mean what they mean there. What a client sets for its session nobody else can see.
 */
export async function readRolePaths(
  session: ReadingSession,
  roles: readonly string[],
): Promise<Map<string, RolePath>> {
  const rows = await session.query<{ role: string; path: string }>(paths, [[...new Set(roles)]]);
  return new Map(
    rows.map(({ role, path }) => {
      const setting = path.replaceAll(/"\$user"|'\$user'|\$user\b/g, () => quoteIdentifier(role));
      return [role, { setting, schemas: schemasIn(setting) }];
    }),
  );
}

/** The names in a search path. PostgreSQL itself passes over those that a role may not use; another role may. */
function schemasIn(setting: string): string[] {
  return [...setting.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, quoted, plain = ""]) =>
    quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'),
  );
}
