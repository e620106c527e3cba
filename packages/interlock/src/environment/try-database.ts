import { connect } from "../database/connect.ts";
import type { Client } from "pg";

/** The oldest server that is supported. */
const oldestMajor = 15;

interface Rights {
  sees_sessions: boolean;
  may_create: boolean;
  is_superuser: boolean;
  is_standby: boolean;
  owns_all: boolean;
  major: number;
}

/**
 * Connects to a database and says what its role lacks, a sentence each; an empty list where nothing does. Throws what
 * `connect` throws.
 */
export async function tryDatabase(url: string): Promise<string[]> {
  const client = await connect({ connectionString: url, statement_timeout: 5_000 });
  try {
    return warningsOf(await readRights(client));
  } finally {
    await client.end();
  }
}

async function readRights(client: Client): Promise<Rights> {
  const { rows } = await client.query<Rights>(
    `select pg_catalog.pg_has_role('pg_read_all_stats', 'usage') as sees_sessions,
            pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create') as may_create,
            (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as is_superuser,
            pg_catalog.pg_is_in_recovery() as is_standby,
            not exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                         where c.relkind in ('r', 'p') and n.nspname !~ '^pg_'
                           and n.nspname not in ('information_schema', 'interlock')
                           and not pg_catalog.pg_has_role(c.relowner, 'usage')) as owns_all,
            pg_catalog.current_setting('server_version_num')::integer / 10000 as major`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a select without from answers one row");
  return row;
}

function warningsOf(rights: Rights): string[] {
  return [
    ...(rights.is_standby
      ? ["It is a standby: changes can't be shipped to it. Give the primary's address."]
      : []),
    ...(rights.major < oldestMajor
      ? [`It is PostgreSQL ${String(rights.major)}; Interlock is made for ${String(oldestMajor)} and later.`]
      : []),
    ...(rights.sees_sessions
      ? []
      : [
          "The role does not see what kind of session another role's is. Background sessions may count as unidentified: grant pg_read_all_stats to it.",
        ]),
    ...(rights.owns_all
      ? []
      : [
          "The role does not own every table: changes to the others can't be shipped. Use the role that owns them.",
        ]),
    ...(rights.may_create
      ? []
      : ["The role may not create schemas, and the journal wants one: grant create on database … to it."]),
    ...(rights.is_superuser
      ? []
      : ["The role is no superuser: the guard and the watch may have to do without event triggers."]),
  ];
}
