import type { Client } from "pg";
import { sqlstateOf } from "../database/sqlstate.ts";
import { watchTriggers } from "../guard/event-triggers.ts";

/** A structural change as the log of the target database has it. */
export interface LoggedDdl {
  number: string;
  at: string;
  tag: string;
  /** What it made, altered or dropped: `table public.payments`. */
  objects: string[];
  /** Who had logged in. */
  who: string;
  applicationName: string;
  clientAddress: string | null;
  /** The beginning of the client's text; what may hold a secret is left out. */
  text: string;
  /** Why the guard let it through: `interlock`, `pass 12`; null where nothing did. */
  permit: string | null;
}

/** Rows that one look takes from the log at most: what broke something lately is among them. */
const mostRows = 200;

/** The structural changes after a number, the oldest first. */
export async function readDdlLog(client: Client, { after }: { after: string }): Promise<LoggedDdl[]> {
  const { rows } = await client.query<LoggedDdl & { at: Date | string }>(
    `select number, at, tag, objects, login as who, application_name as "applicationName",
            client_address::text as "clientAddress", statement as text, permit
       from interlock.ddl_log where number > $1::bigint order by number desc limit $2::integer`,
    [after, mostRows],
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() })).toReversed();
}

/** Why a session can't hear of structural changes when they are made; undefined where it can. */
export async function whyNotTold(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ triggers: string; standby: boolean; pid: number }>(
    `select (select count(*) from pg_catalog.pg_event_trigger
              where evtname = any($1::text[]) and evtenabled in ('O', 'A')) as triggers,
            pg_catalog.pg_is_in_recovery() as standby, pg_catalog.pg_backend_pid() as pid`,
    [watchTriggers.map(({ name }) => name)],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a query without a table answers one row");
  if (Number(row.triggers) < watchTriggers.length)
    return "the database has no event triggers of Interlock (`interlock guard enable` or `interlock watch enable` makes them)";
  if (row.standby) return "a standby tells nobody of changes";
  if (Reflect.get(client, "processID") !== row.pid) return "the connection goes through a pooler";
  try {
    await client.query("select from interlock.ddl_log limit 1");
    return undefined;
  } catch (error) {
    if (sqlstateOf(error) !== "42501") throw error;
    return "the role may not read interlock.ddl_log";
  }
}
