import type { GateReason } from "../../api/gate.ts";
import { freezeSettingsSchema } from "../../api/rules.ts";
import { inSentence } from "../describe.ts";
import type { GateFacts, RuleFact } from "../facts.ts";
import { blocks } from "../reason.ts";
import { windowAt } from "../schedule/schedule.ts";
import { tellMoment } from "../schedule/tell-moment.ts";
import { byWhom, rulesOf } from "./rules-of.ts";
import { overrideCommand, setAside } from "./set-aside.ts";
import { unreadableRule } from "./unreadable-rule.ts";

/** Windows in which nothing goes out. */
export function freezeRules(facts: GateFacts): GateReason[] {
  return rulesOf(facts, "freeze").flatMap((fact) => {
    const reason = held(facts, fact);
    return reason === undefined ? [] : [setAside(facts, { rule: fact.rule, reason })];
  });
}

function held(facts: GateFacts, fact: RuleFact): GateReason | undefined {
  const { rule, scope, reason } = fact;
  const settings = freezeSettingsSchema.safeParse(fact.settings);
  if (!settings.success) return unreadableRule("freeze", fact);
  const { schedule } = settings.data;
  const window = windowAt(schedule, new Date(facts.at));
  if (window === undefined) return undefined;
  const ends = tellMoment(schedule, window.until);
  return blocks("freeze", {
    message: `Freeze ${rule} (${scope}), ${byWhom(fact)}, until ${ends}: ${inSentence(reason)}.`,
    next: `Wait until ${ends}; or set it aside for this once: ${overrideCommand(facts, rule)}`,
    rule,
  });
}
