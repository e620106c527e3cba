import type { Action } from "../../api/actions.ts";
import type { Control } from "../../control/control.ts";
import { actionOf, selectActions, type ActionRow } from "./action.ts";

/** Actions, those that are due first on top; of one incident, one environment or all, those that have ended if asked for. */
export async function listActions(
  { control }: { control: Control },
  {
    incident,
    environment,
    all,
  }: { incident?: string | undefined; environment?: string | undefined; all: boolean },
): Promise<Action[]> {
  const rows = await control.query<ActionRow>(
    `${selectActions}
      where ($1::text is null or i.id = $1::text or 'INC-' || i.number = $1::text)
        and ($2::text is null or i.environment = $2::text)
        and ($3::boolean or a.state = 'open')
      order by (a.state <> 'open'), a.due_at nulls last, a.number limit 500`,
    [incident ?? null, environment ?? null, all],
  );
  return rows.map(actionOf);
}
