import type { Asked } from "./admin-session.ts";
import { dropRole, rolePrefix } from "./role.ts";
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";

/** What the names of databases that a rehearsal made begin with. */
export const shadowPrefix = "interlock_shadow_";

/**
 * Drops databases whose maker has gone: nobody holds their lock any more. A maker that was killed leaves some,
 * and so does one that leaves them to a keeper, so as not to wait.
 */
export async function dropAbandoned(admin: Asked): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select datname as name from pg_database
      where datname like ${quoteLiteral(`${shadowPrefix}%`)}
        and pg_try_advisory_lock(hashtextextended(datname, 0))`,
  );
  for (const { name } of rows) {
    await admin.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
    await admin.query("select pg_advisory_unlock(hashtextextended($1::text, 0))", [name]);
  }
  const { rows: roles } = await admin.query<{ name: string }>(
    `select rolname as name from pg_roles
      where rolname like ${quoteLiteral(`${rolePrefix}%`)}
        and pg_try_advisory_lock(hashtextextended(rolname, 0))`,
  );
  for (const { name } of roles) {
    await dropRole(admin, name);
    await admin.query("select pg_advisory_unlock(hashtextextended($1::text, 0))", [name]);
  }
}
