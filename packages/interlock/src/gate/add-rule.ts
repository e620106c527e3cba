import type { NewRule, Rule } from "../api/rules.ts";
import type { Caller } from "../access/caller.ts";
import type { Control, Transaction } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { backtest } from "./backtest.ts";
import { requireReach } from "./reach.ts";
import { readPastChanges } from "./read-past-changes.ts";
import { ruleColumns, ruleOf, type RuleRow } from "./rule.ts";
import { checkSchedule } from "./schedule/schedule.ts";
import { parseScope } from "./scope/parse-scope.ts";
import { printScope } from "./scope/print-scope.ts";

const longestBlockDays = 90;

/** What a rule is to be, and whose. */
export interface AddedRule {
  rule: NewRule;
  caller: Caller;
}

/**
 * A block is in force at once; any other rule is proposed, with the backtest that somebody else has to accept.
 * Throws `Failure` "scope-not-valid", "schedule-not-valid", "input-not-valid" or "forbidden".
 */
export async function addRule({ control }: { control: Control }, added: AddedRule): Promise<Rule> {
  return control.transact((transaction) => addRuleIn(transaction, added));
}

/** The same inside a transaction that does more. */
export async function addRuleIn(
  { query, audit, emit }: Transaction,
  { rule, caller }: AddedRule,
): Promise<Rule> {
  const scope = parseScope(rule.scope);
  requireReach(caller, scope);
  const [clock] = await query<{ at: Date }>("select clock_timestamp() as at");
  if (clock === undefined) throw new Error("a clock always says something");
  const { at } = clock;
  checkUntil(rule, at);
  if (rule.kind === "freeze") checkSchedule(rule.settings.schedule, at);
  const settings = rule.kind === "block" ? {} : rule.settings;
  const written = { kind: rule.kind, scope: printScope(scope), settings };
  const tested = backtest(written, await readPastChanges(query));
  const isBlock = rule.kind === "block";
  const [row] = await query<RuleRow>(
    `insert into interlock_control.rules
       (id, kind, scope, settings, reason, owner, incident, state, backtest, created_by, accepted_at, accepted_by, expires_at)
     values ($1::text, $2::text, $3::text, $4::jsonb, $5::text, $6::text, $7::text, $8::text, $9::jsonb, $6::text,
             $10::timestamptz, $11::text, $12::timestamptz)
     returning ${ruleColumns}`,
    [
      newId("rul"),
      rule.kind,
      written.scope,
      JSON.stringify(settings),
      rule.reason,
      caller.owner,
      rule.incident ?? null,
      isBlock ? "in-force" : "proposed",
      JSON.stringify(tested),
      isBlock ? at : null,
      isBlock ? caller.owner : null,
      rule.until ?? null,
    ],
  );
  if (row === undefined) throw new Error("insert … returning answers one row");
  const { id: subject } = row;
  const { reason, until = null, incident = null } = rule;
  const detail = { ...written, reason, until, incident, backtest: tested.digest };
  audit({ actor: caller.owner, action: "rule.add", subject, detail });
  emit({ kind: isBlock ? "rule-in-force" : "rule-proposed", subject, detail: written });
  return ruleOf(row, at);
}

/** Refuses an end that has passed, and a block that would stay. Throws `Failure` "input-not-valid". */
export function checkUntil({ kind, until }: Pick<NewRule, "kind" | "until">, at: Date): void {
  if (until === undefined) return;
  const days = (Date.parse(until) - at.getTime()) / 86_400_000;
  if (days > 0 && (kind !== "block" || days <= longestBlockDays)) return;
  throw new Failure({
    code: "input-not-valid",
    message:
      days <= 0
        ? "The rule would have expired already."
        : `A block lasts ${String(longestBlockDays)} days at most.`,
    why: `until is ${until}.`,
    state: "Nothing was changed.",
    next: "Give a moment to come. What is to stay is a rule: a freeze, a size limit or a required approval.",
  });
}
