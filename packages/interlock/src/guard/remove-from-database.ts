import type { Client } from "pg";
import { sqlstateOf, detailOf } from "../database/sqlstate.ts";
import { alreadyShipping } from "../ship/already-shipping.ts";
import { tryExecutorLock } from "../ship/executor-lock.ts";
import { hasJournal, journalTables } from "../ship/journal-schema.ts";
import { meaningOf } from "../ship/journal-record.ts";
import { readOpenChanges } from "../ship/journal.ts";
import { hasTable } from "../ship/own-schema.ts";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { dropTrigger, guardTriggers, watchTriggers } from "./event-triggers.ts";
import { guardFunctions } from "./guard-functions.ts";
import { inInstallation } from "./install.ts";
import { logFunctions } from "./log-functions.ts";
import { guardPart, guardTables } from "./tables.ts";

/**
 * Removes the guard, the watch and their log from a database, as if they had never been there. The journal stays;
 * with `everything` it goes too, and schema interlock with it, where no change is unfinished.
 * Throws `Failure` "event-triggers-not-allowed", "another-change-unfinished", "already-shipping", "schema-in-use".
 */
export async function removeFromDatabase(
  client: Client,
  { everything }: { everything: boolean },
): Promise<{ removed: "guard" | "schema" }> {
  // Held until the session ends, so that nobody begins a change meanwhile.
  if (everything && !(await tryExecutorLock(client))) throw await alreadyShipping(client);
  if (everything) await refuseUnfinished(client);
  let removed: "guard" | "schema" = "guard";
  await inInstallation(client, async () => {
    for (const trigger of [...guardTriggers, ...watchTriggers]) await client.query(dropTrigger(trigger));
    const hadSchema = await madeSchema(client);
    for (const { name } of [...guardFunctions, ...logFunctions].toReversed()) {
      for (const signature of await signaturesOf(client, name))
        await client.query(`drop function ${signature}`);
    }
    await dropTables(client, [...guardTables, ...(everything ? journalTables : [])]);
    const isEmpty = await schemaIsEmpty(client);
    if (everything || (hadSchema && isEmpty)) {
      await dropSchema(client);
      removed = "schema";
    }
  });
  return { removed };
}

async function refuseUnfinished(client: Client): Promise<void> {
  const [change] = (await hasJournal(client)) ? await readOpenChanges(client) : [];
  if (change === undefined) return;
  throw new Failure({
    code: "another-change-unfinished",
    message: `Change ${change.plan.id} is unfinished in this database.`,
    why: "Its journal says how to finish it or take it back, and would go.",
    state: `${meaningOf(change.state)} Nothing was removed.`,
    next: "Run `interlock resume` or `interlock rollback` first, or remove the guard alone, without --everything.",
  });
}

/** Whether schema interlock was made for the guard, and not for the journal or by somebody. */
async function madeSchema(client: Client): Promise<boolean> {
  if (!(await hasTable(client, guardPart.versionsTable))) return false;
  const { rows } = await client.query<{ made: boolean }>(
    `select coalesce(bool_or(with_schema), false) as made from ${quoteQualified("interlock", guardPart.versionsTable)}`,
  );
  return rows[0]?.made === true;
}

async function signaturesOf(client: Client, name: string): Promise<string[]> {
  const { rows } = await client.query<{ signature: string }>(
    `select p.oid::regprocedure::text as signature from pg_catalog.pg_proc p
       join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'interlock' and p.proname = $1::name`,
    [name],
  );
  return rows.map(({ signature }) => signature);
}

async function dropTables(client: Client, tables: readonly string[]): Promise<void> {
  for (const table of tables)
    await client.query(`drop table if exists ${quoteQualified("interlock", table)}`);
}

async function schemaIsEmpty(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ empty: boolean }>(
    `select not exists (select from pg_catalog.pg_depend d join pg_catalog.pg_namespace n on n.oid = d.refobjid
       where d.refclassid = 'pg_catalog.pg_namespace'::regclass and n.nspname = 'interlock') as empty`,
  );
  return rows[0]?.empty === true;
}

async function dropSchema(client: Client): Promise<void> {
  try {
    await client.query(`drop schema if exists ${quoteIdentifier("interlock")}`);
  } catch (error) {
    if (sqlstateOf(error) !== "2BP01") throw error;
    throw new Failure({
      code: "schema-in-use",
      message: "Schema interlock holds something that is not known to this version of Interlock.",
      why: detailOf(error) ?? messageOf(error),
      state: "Nothing was removed.",
      next: "Look at what is named and remove it by hand if nobody needs it; then run this again.",
      cause: error,
    });
  }
}
