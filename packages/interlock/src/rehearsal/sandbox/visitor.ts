import type { ClientConfig } from "pg";
import type { Shadow } from "../../shadow/open-shadow.ts";
import { Failure } from "../../std/failure.ts";
import { quoteIdentifier } from "../../sql/quote.ts";

/** Who the sessions of a rehearsal are. */
export interface Visitor {
  connection(database: string): ClientConfig;
  /** Lets it make what it likes in a database. It owns none, so it can neither drop nor set up any. */
  admit(database: string): Promise<void>;
  /** What is run in an empty database before anybody enters it. */
  furnish: string | undefined;
}

/** On the embedded server every rehearsal has the same role, so that databases can be kept for the next. */
export const embeddedRole = "interlock_sandbox";
const mostTemporary = "512MB";

/** The role for untrusted SQL: one of its own on the embedded server and wherever one can be made. */
export async function visitorOf(shadow: Shadow): Promise<Visitor> {
  if (shadow.isEmbedded) {
    await shadow.administer(makeEmbeddedRole);
    return asRole(shadow, { user: embeddedRole, before: `${makeEmbeddedRole};` });
  }
  const [own] = await shadow.query<Rights>(rights);
  if (own?.superuser === true || own?.makesRoles === true) {
    const made = await shadow.createRole({ mostTemporary: own.superuser ? mostTemporary : undefined });
    return asRole(shadow, made);
  }
  if (own === undefined || own.tooStrong.length > 0) throw tooStrong(own?.tooStrong ?? []);
  return {
    connection: (database) => shadow.connection(database),
    admit: async () => undefined,
    furnish: undefined,
  };
}

/** `before`: what is run each time before a database is entered. */
function asRole(
  shadow: Shadow,
  { before = "", ...role }: { user: string; password?: string; before?: string },
): Visitor {
  const name = quoteIdentifier(role.user);
  return {
    connection: (database) => shadow.connection(database, role),
    async admit(database) {
      await shadow.administer(`${before} grant create on database ${quoteIdentifier(database)} to ${name}`);
    },
    furnish: `${tolerant(`alter schema public owner to ${name}`)}; ${tolerant(revokeSignals)}`,
  };
}

/** All sessions of a rehearsal have one role, so a statement could end the others. */
const revokeSignals =
  "revoke execute on function pg_catalog.pg_terminate_backend(integer, bigint), pg_catalog.pg_cancel_backend(integer) from public";

/** On a server of the user's the role may lack the right. */
function tolerant(statement: string): string {
  return `do $furnish$ begin ${statement}; exception when insufficient_privilege then null; end $furnish$`;
}

/**
 * A role can change its own settings, and such a change stays: whatever an earlier rehearsal left there goes.
 * Another process may do the same at the same moment: the loser finds it done.
 */
const makeEmbeddedRole = `do $$ begin
  if not exists (select from pg_roles where rolname = '${embeddedRole}') then
    create role ${embeddedRole} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  end if;
  if not (select rolcanlogin from pg_roles where rolname = '${embeddedRole}') then
    alter role ${embeddedRole} login;
  end if;
  if not exists (select from pg_db_role_setting where setrole = '${embeddedRole}'::regrole and setdatabase = 0
      and setconfig = array['temp_file_limit=${mostTemporary}']) then
    alter role ${embeddedRole} reset all;
    alter role ${embeddedRole} set temp_file_limit = '${mostTemporary}';
  end if;
exception when duplicate_object or unique_violation then null;
  when internal_error then if sqlerrm <> 'tuple concurrently updated' then raise; end if;
end $$`;

interface Rights {
  superuser: boolean;
  makesRoles: boolean;
  /** What SQL could reach files, programs or other servers with. */
  tooStrong: readonly string[];
}

const rights = `
select rolsuper as superuser, rolcreaterole as "makesRoles",
  array(
    select name from unnest(array['pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program',
      'pg_create_subscription']) as name
    where exists (select from pg_roles r where r.rolname = name and pg_has_role(current_user, r.oid, 'member'))
    union all select 'replication' where rolreplication
  )::text[] as "tooStrong"
from pg_roles where rolname = current_user`;

function tooStrong(what: readonly string[]): Failure {
  return new Failure({
    code: "shadow-role-too-strong",
    message: "The role given with --shadow may do what SQL that nobody vouches for must not.",
    why: `It has ${what.join(", ")}, and may make no role that has less.`,
    state: "Nothing was run.",
    next: "Give a role that may only create databases, or one that may create roles: then one without rights is made for the SQL.",
  });
}
