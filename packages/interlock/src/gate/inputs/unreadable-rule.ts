import type { GateReason, ReasonCode } from "../../api/gate.ts";
import type { RuleFact } from "../facts.ts";
import { blocks } from "../reason.ts";

/** For a rule whose settings this version of Interlock can't read: it holds everything in its scope. */
export function unreadableRule(code: ReasonCode, { rule, owner }: RuleFact): GateReason {
  return blocks(code, {
    message: `Rule ${rule} has settings that can't be read, so it holds back whatever is in its scope.`,
    next: `Ask ${owner} to lift it and to write it anew: interlock rule lift ${rule}`,
    rule,
  });
}
