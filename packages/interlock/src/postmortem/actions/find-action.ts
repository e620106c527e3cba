import type { Action } from "../../api/actions.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { Failure } from "../../std/failure.ts";
import { actionOf, selectActions, type ActionRow } from "./action.ts";

/** An action by its reference (`ACT-3`) or its id. Throws `Failure` "not-found". */
export async function findAction(query: Control["query"], action: string): Promise<ActionRow> {
  const number = /^ACT-(\d+)$/.exec(action)?.[1] ?? null;
  const [row] = await query<ActionRow>(
    `${selectActions} where a.id = $1::text or a.number = $2::bigint limit 1`,
    [action, number],
  );
  if (row !== undefined) return row;
  throw new Failure({
    code: "not-found",
    message: `There is no action ${action}.`,
    state: "Nothing was changed.",
    next: "See which there are: interlock action list",
  });
}

/**
 * An action that is open and that a caller may change, locked: whoever else wants to change it waits, and then sees what
 * was done. Throws `Failure` "not-found", "forbidden" or "already-ended".
 */
export async function lockOpenAction(
  query: Control["query"],
  { action, caller }: { action: string; caller: Caller },
): Promise<ActionRow> {
  const { id, environment } = await findAction(query, action);
  requireEnvironment(caller, environment);
  await query("select from interlock_control.actions where id = $1::text for update", [id]);
  const row = await findAction(query, id);
  if (row.state === "open") return row;
  throw new Failure({
    code: "already-ended",
    message: `The action ${action} is ${row.state} already.`,
    why: `${row.ended_by ?? "Somebody"} said so: ${row.ended_reason ?? ""}`,
    state: "Nothing was changed.",
    next: "Propose another one where there is more to do: interlock action propose",
  });
}

/** One action, as it is shown. */
export async function readAction({ control }: { control: Control }, action: string): Promise<Action> {
  return actionOf(await findAction(control.query, action));
}
