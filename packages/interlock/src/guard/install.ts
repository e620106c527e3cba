import type { Client } from "pg";
import { sqlstateOf } from "../database/sqlstate.ts";
import { ownMigrations } from "../ship/own-schema.ts";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { eventTriggersNotAllowed } from "./event-triggers-not-allowed.ts";
import { createTrigger, dropTrigger, guardTriggers, watchTriggers } from "./event-triggers.ts";
import { guardFunctions } from "./guard-functions.ts";
import { logFunctions } from "./log-functions.ts";
import { guardPart, guardTables } from "./tables.ts";

/** Half of it says "intr", half "guar": one installs, removes or changes the guard at a time. */
const installLock = [1_768_846_450, 1_735_745_906] as const;

/**
 * Makes the log of structural changes and, with `guard`, the guard, or brings them to this version; then does
 * the work that goes with it. All of it is one transaction, in which none of the old triggers stands in the way.
 * Throws `Failure` "event-triggers-not-allowed".
 */
export async function install(
  client: Client,
  { guard, work }: { guard: boolean; work: () => Promise<void> },
): Promise<void> {
  await inInstallation(client, async () => {
    // First what may be refused for want of rights.
    for (const trigger of [...guardTriggers, ...watchTriggers]) await client.query(dropTrigger(trigger));
    const databaseOwner = await ownerOfDatabase(client);
    const part = databaseOwner === undefined ? guardPart : { ...guardPart, owner: databaseOwner };
    for (const sql of await ownMigrations(client, part)) await client.query(sql);
    const functions = [...logFunctions, ...guardFunctions];
    for (const { sql } of functions) await client.query(sql);
    const owner = await ownerOfSchema(client);
    for (const table of guardTables) {
      if (owner === undefined) continue;
      await client.query(
        `alter table ${quoteQualified("interlock", table)} owner to ${quoteIdentifier(owner)}`,
      );
    }
    for (const { name, parameters } of functions) {
      const types = parameters.replaceAll(/\b[a-z]+ ([a-z[\]]+)/g, "$1");
      const one = `interlock.${quoteIdentifier(name)}(${types})`;
      if (owner !== undefined) await client.query(`alter function ${one} owner to ${quoteIdentifier(owner)}`);
      await client.query(`revoke execute on function ${one} from public`);
    }
    for (const trigger of [...watchTriggers, ...(guard ? guardTriggers : [])]) {
      await client.query(createTrigger(trigger));
    }
    await work();
  });
}

/** A transaction of the one who installs, changes or removes the guard. */
export async function inInstallation(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await client.query("select pg_catalog.pg_advisory_xact_lock($1::integer, $2::integer)", [...installLock]);
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw sqlstateOf(error) === "42501" ? eventTriggersNotAllowed(error) : error;
  }
}

/** The owner of the database where our role may act as it: a schema made by us is to be used by those who ship. */
async function ownerOfDatabase(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    `select r.rolname as owner from pg_catalog.pg_database d join pg_catalog.pg_roles r on r.oid = d.datdba
      where d.datname = pg_catalog.current_database() and pg_catalog.pg_has_role(d.datdba, 'usage')`,
  );
  return rows[0]?.owner;
}

async function ownerOfSchema(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    `select r.rolname as owner from pg_catalog.pg_namespace n join pg_catalog.pg_roles r on r.oid = n.nspowner
      where n.nspname = 'interlock' and pg_catalog.pg_has_role(n.nspowner, 'usage')`,
  );
  return rows[0]?.owner;
}
