import type { GateReason } from "../../api/gate.ts";
import { inSentence } from "../describe.ts";
import type { GateFacts } from "../facts.ts";
import { subjectOf } from "../subject-of.ts";

/** What of a rule's reason is left when somebody with the right to has set the rule aside for this subject. */
export function setAside(
  facts: GateFacts,
  { rule, reason }: { rule: string; reason: GateReason },
): GateReason {
  const override = facts.overrides.find(
    ({ subject, rules, expiresAt }) =>
      subject === subjectOf(facts.request) &&
      rules.includes(rule) &&
      Date.parse(expiresAt) > Date.parse(facts.at),
  );
  if (override === undefined) return reason;
  return {
    ...reason,
    effect: "overridden",
    message: `${reason.message} Set aside by ${override.madeBy} until ${override.expiresAt} (${override.override}): ${inSentence(override.reason)}.`,
    next: "Nothing to do: it was set aside.",
  };
}

/** The command that sets a rule aside, as a last way out. */
export function overrideCommand(facts: GateFacts, rule: string): string {
  return `interlock override ${subjectOf(facts.request)} --env ${facts.environment} --rule ${rule} --reason '…'`;
}
