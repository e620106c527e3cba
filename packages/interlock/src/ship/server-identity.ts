import type { Client } from "pg";
import { sqlstateOf } from "../database/sqlstate.ts";
import { Failure } from "../std/failure.ts";

/** Which server a session is on, and which of its histories: a standby that takes over begins a new timeline. */
export interface ServerIdentity {
  /** Null where the role may not ask. */
  system: string | null;
  timeline: number | null;
  pid: number;
  backendStart: string;
}

/** Reads it on a primary. */
export async function readIdentity(client: Client): Promise<ServerIdentity> {
  const { rows } = await client.query<{ pid: number; start: string }>(
    `select pid, backend_start::text as start from pg_catalog.pg_stat_activity
      where pid = pg_catalog.pg_backend_pid()`,
  );
  const [row] = rows;
  return { ...(await readHistory(client)), pid: row?.pid ?? 0, backendStart: row?.start ?? "" };
}

async function readHistory(client: Client): Promise<Pick<ServerIdentity, "system" | "timeline">> {
  try {
    const { rows } = await client.query<{ system: string; timeline: string }>(
      `select system_identifier::text as system,
              pg_catalog.substring(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8) as timeline
         from pg_catalog.pg_control_system()`,
    );
    const [row] = rows;
    return row === undefined
      ? { system: null, timeline: null }
      : { system: row.system, timeline: Number.parseInt(row.timeline, 16) };
  } catch (error) {
    // A server that keeps these from its users is taken at its address's word.
    if (["42501", "42883", "0A000"].includes(sqlstateOf(error) ?? ""))
      return { system: null, timeline: null };
    throw error;
  }
}

/**
 * Refuses to go on with a change on another server than it was begun on, or on one that went back in history: the old
 * primary that came back after its standby had taken over. Throws `Failure` "other-server".
 */
export function refuseOtherServer({
  before,
  now,
  state,
}: {
  before: ServerIdentity;
  now: ServerIdentity;
  state: string;
}): void {
  const other = before.system !== null && now.system !== null && before.system !== now.system;
  const older = before.timeline !== null && now.timeline !== null && now.timeline < before.timeline;
  if (!other && !older) return;
  throw new Failure({
    code: "other-server",
    message: other
      ? "Another database server answers at this address than before."
      : "The server that answers at this address is one that another has taken over from.",
    why: other
      ? `The change is being carried out on system ${before.system ?? ""}, and this is system ${now.system ?? ""}.`
      : `It is on timeline ${String(now.timeline)}, and the change has gone on on timeline ${String(before.timeline)}.`,
    state: `${state} On this server nothing was changed.`,
    next: "Give the address of the server that the change was carried out on, then run `interlock resume` or `interlock rollback`.",
  });
}
