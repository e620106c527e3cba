import type { Rule } from "../api/rules.ts";
import type { Control } from "../control/control.ts";
import { ruleColumns, ruleOf, type RuleRow } from "./rule.ts";

/** Rules that are in force or proposed, the latest first; `all` gives those that have ended, too (500 at most). */
export async function listRules(
  { control }: { control: Control },
  { all }: { all: boolean },
): Promise<Rule[]> {
  const rows = await control.query<RuleRow & { at: Date }>(
    `select ${ruleColumns}, clock_timestamp() as at from interlock_control.rules
      where $1::boolean or (state <> 'lifted' and (expires_at is null or expires_at > clock_timestamp()))
      order by created_at desc, id limit 500`,
    [all],
  );
  return rows.map((row) => ruleOf(row, row.at));
}
