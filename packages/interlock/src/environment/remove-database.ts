import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { databaseNotFound } from "./open-database.ts";

/**
 * Takes a database out of an environment; the database itself is not touched. Throws `Failure` "not-found", or
 * "in-use" while a shipment goes through it.
 */
export async function removeDatabase(
  { control }: { control: Control },
  { environment, name, caller }: { environment: string; name: string; caller: Caller },
): Promise<void> {
  await control.transact(async ({ query, audit, emit }) => {
    // The same lock that an admission takes: no shipment begins meanwhile.
    await query("select from interlock_control.environments where name = $1::text for update", [environment]);
    const [gone] = await query<{ place: string }>(
      `delete from interlock_control.databases d
        where d.environment = $1::text and d.name = $2::text
          and not exists (select from interlock_control.shipments s
                            join interlock_control.shipment_databases i on i.shipment = s.id
                           where s.environment = d.environment and s.ended_at is null and i.database = d.name)
       returning d.place`,
      [environment, name],
    );
    if (gone === undefined) {
      const found = await query(
        "select from interlock_control.databases where environment = $1::text and name = $2::text",
        [environment, name],
      );
      throw found.length === 0 ? databaseNotFound({ environment, name }) : inUse({ environment, name });
    }
    const detail = { place: gone.place };
    audit({ actor: caller.owner, action: "database.remove", environment, subject: name, detail });
    emit({ kind: "database-removed", environment, subject: name, detail });
  });
}

function inUse({ environment, name }: { environment: string; name: string }): Failure {
  return new Failure({
    code: "in-use",
    message: `The database ${name} of ${environment} can't be removed now.`,
    why: "A shipment that has not ended goes through it.",
    state: "Nothing was changed.",
    next: `Let it end, or roll it back: interlock shipment list --env ${environment}`,
  });
}
