import type { Action } from "../../api/actions.ts";
import type { Caller } from "../../access/caller.ts";
import { requireScope } from "../../access/require-scope.ts";
import type { Control } from "../../control/control.ts";
import { liftRuleIn } from "../../gate/lift-rule.ts";
import { actionOf, type ActionRow } from "./action.ts";
import { findAction, lockOpenAction } from "./find-action.ts";

/**
 * Says that an action is done, or that it is dropped, with the reason. What it put into the gate goes with it where that
 * was only for the time being: a block is lifted either way, a rule that stays only when its action is dropped. Throws
 * `Failure` "not-found", "forbidden" or "already-ended".
 */
export async function endAction(
  { control }: { control: Control },
  { action, as, reason, caller }: { action: string; as: "done" | "dropped"; reason: string; caller: Caller },
): Promise<Action> {
  return control.transact(async (transaction) => {
    const { query, audit, emit } = transaction;
    const row = await lockOpenAction(query, { action, caller });
    if (row.rule !== null && isLiftedBy(row, as)) {
      requireScope(caller, "rule:write", "lift what the action put into the gate");
      await liftRuleIn(transaction, { rule: row.rule, reason: `${as}: ${reason}`.slice(0, 2_000), caller });
    }
    await query(
      `update interlock_control.actions
          set state = $2::text, ended_at = clock_timestamp(), ended_by = $3::text, ended_reason = $4::text,
              revision = revision + 1
        where id = $1::text and state = 'open'`,
      [row.id, as, caller.owner, reason],
    );
    const ended = actionOf(await findAction(query, row.id));
    const { environment, incident_reference: incident } = row;
    const detail = { action: ended.reference, incident, kind: row.kind, reason };
    const verb = as === "done" ? "done" : "drop";
    audit({ actor: caller.owner, action: `action.${verb}`, environment, subject: row.id, detail });
    emit({ kind: `action-${as}`, environment, subject: row.id, detail });
    return ended;
  });
}

/** What has ended in the gate by itself has nothing to be lifted. */
function isLiftedBy(
  { kind, rule_state: state, rule_expired: isExpired }: ActionRow,
  as: "done" | "dropped",
): boolean {
  if (state === "lifted" || state === null || isExpired) return false;
  return kind === "block" || as === "dropped" || state === "proposed";
}
