import type { Rule } from "../api/rules.ts";
import type { Caller } from "../access/caller.ts";
import type { Control, Transaction } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { backtest } from "./backtest.ts";
import { findRule } from "./find-rule.ts";
import { requireReach } from "./reach.ts";
import { readPastChanges } from "./read-past-changes.ts";
import { ruleColumns, ruleOf, type RuleRow } from "./rule.ts";
import { parseScope } from "./scope/parse-scope.ts";

/** Which rule, the backtest that was read, and by whom. */
export interface AcceptedRule {
  rule: string;
  digest: string;
  caller: Caller;
}

/**
 * Brings a proposed rule into force, for exactly the backtest that was read: when changes have happened since, the
 * new backtest is kept with the rule and the accepter reads again. Not for whoever proposed it. Throws `Failure`
 * "not-found", "own-rule", "forbidden", "already-ended" or "conflict".
 */
export async function acceptRule({ control }: { control: Control }, accepted: AcceptedRule): Promise<Rule> {
  const outcome = await control.transact((transaction) => acceptRuleIn(transaction, accepted));
  if (outcome === undefined) throw otherBacktest(accepted.rule);
  return outcome;
}

/**
 * The same inside a transaction that does more; undefined where the backtest is another one by now: the new one is kept
 * when the transaction commits.
 */
export async function acceptRuleIn(
  { query, audit, emit }: Transaction,
  { rule, digest, caller }: AcceptedRule,
): Promise<Rule | undefined> {
  const { row, at } = await findRule(query, { rule, lock: true });
  requireReach(caller, parseScope(row.scope));
  const { state } = ruleOf(row, at);
  if (state !== "proposed") throw notProposed(rule, state);
  if (row.owner === caller.owner) throw ownRule(rule);
  const tested = backtest(row, await readPastChanges(query));
  if (tested.digest !== digest) {
    // Kept, so that the next reader reads what holds now; the accepter is told below.
    await query("update interlock_control.rules set backtest = $2::jsonb where id = $1::text", [
      rule,
      JSON.stringify(tested),
    ]);
    return undefined;
  }
  const [accepted] = await query<RuleRow>(
    `update interlock_control.rules
        set state = 'in-force', accepted_at = $2::timestamptz, accepted_by = $3::text, backtest = $4::jsonb
      where id = $1::text and state = 'proposed' returning ${ruleColumns}`,
    [rule, at, caller.owner, JSON.stringify(tested)],
  );
  if (accepted === undefined) throw new Error("a row that is locked stays as it is");
  const { kind, scope } = accepted;
  audit({
    actor: caller.owner,
    action: "rule.accept",
    subject: rule,
    detail: { kind, scope, backtest: digest },
  });
  emit({ kind: "rule-in-force", subject: rule, detail: { kind, scope } });
  return ruleOf(accepted, at);
}

function notProposed(rule: string, state: Rule["state"]): Failure {
  return new Failure({
    code: state === "in-force" ? "conflict" : "already-ended",
    message: state === "in-force" ? `Rule ${rule} is in force already.` : `Rule ${rule} was ${state}.`,
    state: "Nothing was changed.",
    next: "See it: interlock rule list --all",
  });
}

function ownRule(rule: string): Failure {
  return new Failure({
    code: "own-rule",
    message: `Whoever proposed rule ${rule} can't accept it.`,
    why: "A rule that stays binds everybody, so two people agree to it.",
    state: "The rule is proposed; nothing was changed.",
    next: `Ask somebody else to read its backtest and to accept it: interlock rule accept ${rule}`,
  });
}

function otherBacktest(rule: string): Failure {
  return new Failure({
    code: "conflict",
    message: `The backtest of rule ${rule} is another one by now.`,
    why: "Changes were pushed, or found to have caused an incident, since it was made.",
    state: "The rule is proposed; its backtest was made anew.",
    next: `Read it and accept it then: interlock rule accept ${rule}`,
  });
}
