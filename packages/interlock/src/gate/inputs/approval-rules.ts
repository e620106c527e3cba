import type { GateReason } from "../../api/gate.ts";
import { approvalSettingsSchema } from "../../api/rules.ts";
import { inSentence, nameOf } from "../describe.ts";
import type { GateFacts, RuleFact } from "../facts.ts";
import { blocks } from "../reason.ts";
import { changeAsked, type ChangeAsked } from "./requested.ts";
import { byWhom, rulesOf } from "./rules-of.ts";
import { overrideCommand, setAside } from "./set-aside.ts";
import { unreadableRule } from "./unreadable-rule.ts";

/** How many people, other than its author, have to agree to a change. */
export function approvalRules(facts: GateFacts): GateReason[] {
  const asked = changeAsked(facts);
  if (asked === undefined) return [];
  return rulesOf(facts, "approval").flatMap((fact) => {
    const reason = missing(asked, fact);
    return reason === undefined ? [] : [setAside(facts, { rule: fact.rule, reason })];
  });
}

function missing({ facts, change }: ChangeAsked, fact: RuleFact): GateReason | undefined {
  const settings = approvalSettingsSchema.safeParse(fact.settings);
  if (!settings.success) return unreadableRule("approval-missing", fact);
  const { count, roles } = settings.data;
  const counted = facts.approvals.filter(
    ({ approver, role, expiresAt }) =>
      approver !== change.author &&
      (roles === undefined || roles.some((one) => one === role)) &&
      Date.parse(expiresAt) > Date.parse(facts.at),
  );
  const approvers = [...new Set(counted.map(({ approver }) => approver))];
  if (approvers.length >= count) return undefined;
  const { rule, scope, reason } = fact;
  const who = roles === undefined ? "" : ` with the role ${roles.join(" or ")}`;
  return blocks("approval-missing", {
    message: `Approvals of ${nameOf(change)}: ${String(approvers.length)} of the ${String(count)} that rule ${rule} (${scope}), ${byWhom(fact)}, wants: ${inSentence(reason)}.`,
    next: `Somebody${who} other than ${change.author} reads it and approves: interlock approve ${change.change} --env ${facts.environment}; or the rule is set aside for this once: ${overrideCommand(facts, rule)}`,
    rule,
  });
}
