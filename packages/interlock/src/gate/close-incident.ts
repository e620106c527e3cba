import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { incidentColumns, incidentOf, type IncidentRow } from "./incident.ts";
import { requireEnvironment } from "./reach.ts";

/** Closes an incident: from now on it holds nothing back. Throws `Failure` "not-found", "forbidden" or "already-ended". */
export async function closeIncident(
  { control }: { control: Control },
  { incident, caller }: { incident: string; caller: Caller },
): Promise<Incident> {
  return control.transact(async ({ query, audit, emit }) => {
    const [known] = await query<{ environment: string }>(
      "select environment from interlock_control.incidents where id = $1::text",
      [incident],
    );
    if (known === undefined) throw refused("not-found", `There is no incident ${incident}.`);
    const { environment } = known;
    requireEnvironment(caller, environment);
    const [row] = await query<IncidentRow>(
      `update interlock_control.incidents set closed_at = clock_timestamp(), closed_by = $2::text
        where id = $1::text and closed_at is null returning ${incidentColumns}`,
      [incident, caller.owner],
    );
    if (row === undefined) throw refused("already-ended", `The incident ${incident} is closed already.`);
    const { reference } = row;
    audit({
      actor: caller.owner,
      action: "incident.close",
      environment,
      subject: incident,
      detail: { reference },
    });
    emit({ kind: "incident-closed", environment, subject: incident, detail: { reference } });
    return incidentOf(row);
  });
}

function refused(code: string, message: string): Failure {
  return new Failure({
    code,
    message,
    state: "Nothing was changed.",
    next: "See which there are: interlock incident list --env ENVIRONMENT",
  });
}
