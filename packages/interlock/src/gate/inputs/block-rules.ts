import type { GateReason } from "../../api/gate.ts";
import { inSentence } from "../describe.ts";
import type { GateFacts } from "../facts.ts";
import { blocks } from "../reason.ts";
import { byWhom, rulesOf } from "./rules-of.ts";
import { overrideCommand, setAside } from "./set-aside.ts";

/** Temporary prohibitions. */
export function blockRules(facts: GateFacts): GateReason[] {
  return rulesOf(facts, "block").map((fact) => {
    const { rule, scope, reason, expiresAt, owner } = fact;
    return setAside(facts, {
      rule,
      reason: blocks("block", {
        message: `Block ${rule} (${scope}), ${byWhom(fact)}, until ${expiresAt ?? "it is lifted"}: ${inSentence(reason)}.`,
        next: `Ask ${owner}, who can lift it (interlock block lift ${rule}); or set it aside for this once: ${overrideCommand(facts, rule)}`,
        rule,
      }),
    });
  });
}
