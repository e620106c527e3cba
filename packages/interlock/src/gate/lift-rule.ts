import type { Rule } from "../api/rules.ts";
import type { Caller } from "../access/caller.ts";
import type { Control, Transaction } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { findRule } from "./find-rule.ts";
import { requireReach } from "./reach.ts";
import { ruleColumns, ruleOf, type RuleRow } from "./rule.ts";
import { parseScope } from "./scope/parse-scope.ts";

/** Which rule goes, why, and who says so. */
export interface LiftedRule {
  rule: string;
  reason: string;
  caller: Caller;
}

/**
 * Takes a rule away before it expires, or a proposal back, with the reason. Throws `Failure` "not-found",
 * "forbidden", or "already-ended" for one that has expired or that somebody lifted before.
 */
export async function liftRule({ control }: { control: Control }, lifted: LiftedRule): Promise<Rule> {
  return control.transact((transaction) => liftRuleIn(transaction, lifted));
}

/** The same inside a transaction that does more. */
export async function liftRuleIn(
  { query, audit, emit }: Transaction,
  { rule, reason, caller }: LiftedRule,
): Promise<Rule> {
  const { row, at } = await findRule(query, { rule, lock: false });
  requireReach(caller, parseScope(row.scope));
  const [lifted] = await query<RuleRow>(
    `update interlock_control.rules
        set state = 'lifted', lifted_at = $2::timestamptz, lifted_by = $3::text, lifted_reason = $4::text
      where id = $1::text and state in ('proposed', 'in-force')
        and (expires_at is null or expires_at > $2::timestamptz)
      returning ${ruleColumns}`,
    [rule, at, caller.owner, reason],
  );
  if (lifted === undefined) throw ended(rule);
  const { kind, scope } = lifted;
  audit({ actor: caller.owner, action: "rule.lift", subject: rule, detail: { kind, scope, reason } });
  emit({ kind: "rule-lifted", subject: rule, detail: { kind, scope } });
  return ruleOf(lifted, at);
}

function ended(rule: string): Failure {
  return new Failure({
    code: "already-ended",
    message: `Rule ${rule} is not in force any more.`,
    why: "It has expired, or somebody lifted it before.",
    state: "Nothing was changed.",
    next: "There is nothing to lift. See interlock rule list --all",
  });
}
