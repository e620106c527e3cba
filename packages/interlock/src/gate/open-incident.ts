import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { environmentNotFound } from "./environment-not-found.ts";
import { incidentColumns, incidentOf, type IncidentRow } from "./incident.ts";
import { parseScope } from "./scope/parse-scope.ts";
import { printScope } from "./scope/print-scope.ts";

/**
 * Tells the gate of an incident. A P1 holds back what touches its scope, any other one if `hold` asks for it. Throws
 * `Failure` "scope-not-valid", "not-found", or "already-exists" while one with the same reference is open.
 */
export async function openIncident(
  { control }: { control: Control },
  asked: Pick<Incident, "environment" | "reference" | "priority" | "title" | "scope"> & {
    hold: boolean;
    caller: Caller;
  },
): Promise<Incident> {
  const { environment, reference, priority, title, hold, caller } = asked;
  const scope = printScope(parseScope(asked.scope));
  const holds = hold || priority === "P1";
  return control.transact(async ({ query, audit, emit }) => {
    const found = await query(
      "select from interlock_control.environments where name = $1::text for key share",
      [environment],
    );
    if (found.length === 0) throw environmentNotFound(environment);
    const [row] = await query<IncidentRow>(
      `insert into interlock_control.incidents (id, environment, reference, priority, title, scope, holds, opened_by)
       values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::boolean, $8::text)
       on conflict (environment, reference) where closed_at is null do nothing
       returning ${incidentColumns}`,
      [newId("inc"), environment, reference, priority, title, scope, holds, caller.owner],
    );
    if (row === undefined) {
      throw new Failure({
        code: "already-exists",
        message: `${reference} is open in ${environment} already.`,
        state: "Nothing was changed.",
        next: `See it: interlock incident list --env ${environment}`,
      });
    }
    const incident = incidentOf(row);
    const detail = { reference, priority, title, scope, holds };
    audit({ actor: caller.owner, action: "incident.open", environment, subject: incident.id, detail });
    emit({ kind: "incident-opened", environment, subject: incident.id, detail });
    return incident;
  });
}
