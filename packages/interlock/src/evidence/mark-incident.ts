import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { changeNotFound } from "./find-change.ts";

/**
 * Says which incident a change is known to have caused, or with null that it caused none after all: what a backtest of
 * rules goes by. Throws `Failure` "not-found".
 */
export async function markIncident(
  { control }: { control: Control },
  { change, incident, caller }: { change: string; incident: string | null; caller: Caller },
): Promise<void> {
  await control.transact(async ({ query, audit, emit }) => {
    const marked = await query(
      "update interlock_control.changes set caused_incident = $2::text where id = $1::text returning id",
      [change, incident],
    );
    if (marked.length === 0) throw changeNotFound(change);
    audit({ actor: caller.owner, action: "change.mark-incident", subject: change, detail: { incident } });
    emit({ kind: "change-marked", subject: change, detail: { incident } });
  });
}
