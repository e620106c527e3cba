import type { Client } from "pg";
import { reasonGiven } from "./reason-given.ts";
import { install } from "./install.ts";

export interface EnableGuardOptions {
  /** Who turns it on, for those who are refused. */
  by: string;
  reason?: string;
  /** Whether GRANT and REVOKE are refused as well; by default they are only logged. */
  refusesGrants?: boolean;
  /** Roles whose structural changes are logged and not refused, such as one that makes partitions every night. */
  exceptedRoles?: readonly string[];
}

/**
 * Turns the guard on: from now on the structure of this database is changed by Interlock, or not at all. Where it
 * is on already it is brought to this version, with the settings given now.
 * Throws `Failure` "event-triggers-not-allowed".
 */
export async function enableGuard(
  client: Client,
  { by, reason, refusesGrants = false, exceptedRoles = [] }: EnableGuardOptions,
): Promise<void> {
  const why = reason === undefined ? null : reasonGiven(reason);
  await install(client, {
    guard: true,
    work: async () => {
      await client.query(
        `insert into interlock.guard_states (is_on, set_by, reason, refuses_grants, excepted_roles)
         values (true, $1::text, $2::text, $3::boolean, $4::text[])`,
        [by, why, refusesGrants, [...exceptedRoles]],
      );
    },
  });
}
