import type { Caller } from "../access/caller.ts";
import type { Control, Transaction } from "../control/control.ts";
import { changeNotFound } from "./find-change.ts";

/** Which change, which incident it is known to have caused, if any, and who says so. */
export interface MarkedIncident {
  change: string;
  incident: string | null;
  caller: Caller;
}

/**
 * Says which incident a change is known to have caused, or with null that it caused none after all: what a backtest of
 * rules goes by. Throws `Failure` "not-found".
 */
export async function markIncident({ control }: { control: Control }, marked: MarkedIncident): Promise<void> {
  await control.transact((transaction) => markIncidentIn(transaction, marked));
}

/** The same inside a transaction that does more. */
export async function markIncidentIn(
  { query, audit, emit }: Transaction,
  { change, incident, caller }: MarkedIncident,
): Promise<void> {
  const found = await query(
    "update interlock_control.changes set caused_incident = $2::text where id = $1::text returning id",
    [change, incident],
  );
  if (found.length === 0) throw changeNotFound(change);
  audit({ actor: caller.owner, action: "change.mark-incident", subject: change, detail: { incident } });
  emit({ kind: "change-marked", subject: change, detail: { incident } });
}
