import type { ActionRule } from "../../api/actions.ts";
import type { NewRule } from "../../api/rules.ts";

/** The rule that an action becomes; the gate's refusals then name the incident. */
export function newRuleOf(
  rule: ActionRule,
  { reason, incident }: { reason: string; incident: string },
): NewRule {
  return { ...rule, reason, incident };
}
