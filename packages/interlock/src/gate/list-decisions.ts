import type { GateDecision } from "../api/gate.ts";
import type { Control } from "../control/control.ts";

/** Decisions of an environment, the latest first; `after` is the id of the last one of the page before. */
export async function listDecisions(
  { control }: { control: Control },
  { environment, after, limit }: { environment: string; after: string | null; limit: number },
): Promise<(GateDecision & { askedBy: string })[]> {
  const rows = await control.query<{ decision: GateDecision; asked_by: string }>(
    `select decision, asked_by from interlock_control.decisions
      where environment = $1::text
        and ($2::text is null or (made_at, id) < (select made_at, id from interlock_control.decisions where id = $2::text))
      order by made_at desc, id desc limit $3::integer`,
    [environment, after, limit],
  );
  return rows.map(({ decision, asked_by: askedBy }) => ({ ...decision, askedBy }));
}
