import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { ruleColumns, type RuleRow } from "./rule.ts";

/** A rule, by its id, with the moment. `lock` keeps others from changing it. Throws `Failure` "not-found". */
export async function findRule(
  query: Control["query"],
  { rule, lock }: { rule: string; lock: boolean },
): Promise<{ row: RuleRow; at: Date }> {
  const [row] = await query<RuleRow>(
    `select ${ruleColumns} from interlock_control.rules where id = $1::text ${lock ? "for update" : ""}`,
    [rule],
  );
  if (row === undefined) {
    throw new Failure({
      code: "not-found",
      message: `There is no rule ${rule}.`,
      state: "Nothing was changed.",
      next: "See which there are: interlock rule list, interlock block list",
    });
  }
  const [clock] = await query<{ at: Date }>("select clock_timestamp() as at");
  if (clock === undefined) throw new Error("a clock always says something");
  return { row, at: clock.at };
}
