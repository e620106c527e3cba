import type { Client } from "pg";
import { guardTriggers } from "../guard/event-triggers.ts";
import { install } from "../guard/install.ts";

/**
 * Makes event triggers that log structural changes and tell of them, and refuse nothing; a guard that is on stays
 * on. Throws `Failure` "event-triggers-not-allowed".
 */
export async function enableWatch(client: Client): Promise<void> {
  const { rows } = await client.query(
    "select from pg_catalog.pg_event_trigger where evtname = any($1::text[])",
    [guardTriggers.map(({ name }) => name)],
  );
  await install(client, { guard: rows.length > 0, work: async () => undefined });
}
