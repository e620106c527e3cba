import type { Migration } from "../migration/migration.ts";
import { namedRoles } from "../migration/roles.ts";
import type { Shadow } from "../shadow/open-shadow.ts";
import { embeddedRole } from "./sandbox/visitor.ts";
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";

/**
 * Makes the roles that migrations speak of, so that rights can be granted to them and policies made for them: roles
 * that may not log in and have no rights. On a server of the user's no roles are made but for the rehearsal's own:
 * there they are as they are.
 */
export async function standInRoles(shadow: Shadow, migrations: readonly Migration[]): Promise<void> {
  if (!shadow.isEmbedded) return;
  for (const name of namedRoles(migrations)) {
    // The rehearsal's own role is no stand-in, though SQL may name it.
    if (name === embeddedRole) continue;
    // Another rehearsal may make it at the same time, and PostgreSQL does not allow every name: the statement that
    // needs a role which could not be made says so itself.
    await shadow.administer(
      `do $standin$ begin
         if not exists (select from pg_roles where rolname = ${quoteLiteral(name)}) then
           create role ${quoteIdentifier(name)} nologin;
         end if;
       exception when others then null; end $standin$`,
    );
  }
}
