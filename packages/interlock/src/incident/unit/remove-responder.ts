import type { Responder } from "../../api/unit.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { alreadyEnded, notFound } from "../refused.ts";
import { responderColumns, responderOf, type ResponderRow } from "./responders.ts";

/** From now on somebody is called no more. Throws `Failure` "already-ended", "not-found" or "forbidden". */
export async function removeResponder(
  { control }: { control: Control },
  { responder: id, caller }: { responder: string; caller: Caller },
): Promise<Responder> {
  return control.transact(async ({ query, audit, emit }) => {
    const [known] = await query<{ environment: string }>(
      "select environment from interlock_control.responders where id = $1::text",
      [id],
    );
    if (known === undefined)
      throw notFound(`responder ${id}`, "See who is called: interlock oncall list --env ENVIRONMENT");
    const { environment } = known;
    requireEnvironment(caller, environment);
    const [row] = await query<ResponderRow>(
      `update interlock_control.responders set removed_at = clock_timestamp()
        where id = $1::text and removed_at is null returning ${responderColumns}`,
      [id],
    );
    if (row === undefined) throw alreadyEnded(`${id} was removed before.`);
    const { person, role, level } = row;
    const detail = { person, role, level };
    audit({ actor: caller.owner, action: "responder.remove", environment, subject: id, detail });
    emit({ kind: "responder-removed", environment, subject: id, detail });
    return responderOf(row);
  });
}
