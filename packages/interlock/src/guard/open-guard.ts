import type { Client } from "pg";
import { sqlstateOf } from "../database/sqlstate.ts";
import { hasTable } from "../ship/own-schema.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { guardNotInstalled } from "./guard-not-installed.ts";
import { reasonGiven } from "./reason-given.ts";

/** The longest time for which the guard is opened at once. */
export const longestPassMs = 4 * 60 * 60 * 1_000;

export interface GuardPass {
  number: string;
  /** Null for everybody. */
  role: string | null;
  reason: string;
  openedAt: Date;
  openedBy: string;
  validUntil: Date;
}

/**
 * Lets a role, or everybody, change the structure past the guard for a while. What they do is logged with the
 * pass. Only the owner of schema interlock and superusers may.
 * Throws `Failure` "guard-not-installed", "reason-missing", "duration-not-valid", "no-such-role", "permission-denied".
 */
export async function openGuard(
  client: Client,
  { by, role, reason, forMs }: { by: string; role: string | null; reason: string; forMs: number },
): Promise<GuardPass> {
  const why = reasonGiven(reason);
  if (!(forMs > 0 && forMs <= longestPassMs)) throw tooLong();
  return asOwner(async () => {
    if (!(await hasTable(client, "guard_passes"))) throw guardNotInstalled();
    if (role !== null) await refuseUnknown(client, role);
    const { rows } = await client.query<PassRow>(
      `insert into interlock.guard_passes (role, reason, opened_by, opened_at, valid_until)
       select $1::text, $2::text, $3::text, n.now, n.now + $4::double precision * interval '1 millisecond'
         from (select pg_catalog.clock_timestamp() as now) n
       returning number, role, reason, opened_at, opened_by, valid_until`,
      [role, why, by, forMs],
    );
    const [row] = rows;
    if (row === undefined) throw new Error("insert … returning answers one row");
    return passOf(row);
  });
}

/** Says in words of the guard that the role may not do what only the owner may. */
export async function asOwner<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw sqlstateOf(error) === "42501" ? notTheOwner(error) : error;
  }
}

export interface PassRow {
  number: string;
  role: string | null;
  reason: string;
  opened_at: Date;
  opened_by: string;
  valid_until: Date;
}

export function passOf(row: PassRow): GuardPass {
  return {
    number: row.number,
    role: row.role,
    reason: row.reason,
    openedAt: row.opened_at,
    openedBy: row.opened_by,
    validUntil: row.valid_until,
  };
}

async function refuseUnknown(client: Client, role: string): Promise<void> {
  const { rows } = await client.query("select from pg_catalog.pg_roles where rolname = $1::name", [role]);
  if (rows.length === 1) return;
  throw new Failure({
    code: "no-such-role",
    message: `There is no role ${role} on this server.`,
    state: "The guard is as it was.",
    next: "Name the role that will log in, or give --everybody.",
  });
}

function tooLong(): Failure {
  return new Failure({
    code: "duration-not-valid",
    message: "The guard is opened for 4 hours at most.",
    state: "The guard is as it was.",
    next: "Give a shorter time: --for 30min. It can be opened again.",
  });
}

function notTheOwner(error: unknown): Failure {
  return new Failure({
    code: "permission-denied",
    message: "This role may not let anybody past the guard.",
    why: `${messageOf(error)} (42501). Passes are for the owner of schema interlock and for superusers.`,
    state: "The guard is as it was.",
    next: "Use the role that owns schema interlock.",
    cause: error,
  });
}
