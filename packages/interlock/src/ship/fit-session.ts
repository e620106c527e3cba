import type { Client } from "pg";
import { Failure } from "../std/failure.ts";

/**
 * Refuses a session that goes through a pooler: what the client was told is its server process is not the one
 * that answers. The executor's lock would be held by a session that others get too.
 */
export async function refusePooler(client: Client): Promise<void> {
  const { rows } = await client.query<{ pid: number }>("select pg_catalog.pg_backend_pid() as pid");
  const told: unknown = Reflect.get(client, "processID");
  if (told === rows[0]?.pid) return;
  throw new Failure({
    code: "pooled-connection",
    message: "This connection goes through a pooler.",
    why: "A change is shipped by one session that holds a lock, and a pooler may give the session to somebody else.",
    state: "Nothing was changed.",
    next: "Give the address of the PostgreSQL server itself. The application may go on using the pooler.",
  });
}

/** Refuses a standby, where nothing can be changed. */
export async function refuseStandby(client: Client): Promise<void> {
  const { rows } = await client.query<{ standby: boolean }>(
    "select pg_catalog.pg_is_in_recovery() as standby",
  );
  if (rows[0]?.standby !== true) return;
  throw new Failure({
    code: "database-read-only",
    message: "This server is a standby.",
    why: "A standby repeats what its primary does and takes no changes of its own.",
    state: "Nothing was changed.",
    next: "Give the address of the primary.",
  });
}
