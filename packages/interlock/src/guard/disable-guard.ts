import type { Client } from "pg";
import { hasTable } from "../ship/own-schema.ts";
import { Failure } from "../std/failure.ts";
import { dropTrigger, guardTriggers } from "./event-triggers.ts";
import { guardNotInstalled } from "./guard-not-installed.ts";
import { inInstallation } from "./install.ts";
import { reasonGiven } from "./reason-given.ts";

/**
 * Turns the guard off. Structural changes are still logged and watched.
 * Throws `Failure` "guard-not-installed", "guard-off", "reason-missing", "event-triggers-not-allowed".
 */
export async function disableGuard(
  client: Client,
  { by, reason }: { by: string; reason: string },
): Promise<void> {
  const why = reasonGiven(reason);
  if (!(await hasTable(client, "guard_states"))) throw guardNotInstalled();
  await inInstallation(client, async () => {
    for (const trigger of guardTriggers) await client.query(dropTrigger(trigger));
    // The row is written only where the last one says that it is on: of two who turn it off one does.
    const { rowCount } = await client.query(
      `insert into interlock.guard_states (is_on, set_by, reason, refuses_grants, excepted_roles)
       select false, $1::text, $2::text, refuses_grants, excepted_roles
         from (select * from interlock.guard_states order by number desc limit 1) last where is_on`,
      [by, why],
    );
    if (rowCount === 1) return;
    throw new Failure({
      code: "guard-off",
      message: "The guard of this database is off already.",
      state: "Nothing was changed.",
      next: "`interlock guard status` shows since when and by whom.",
    });
  });
}
