import type { GateFacts, RuleFact } from "../facts.ts";
import { isRollback } from "./requested.ts";
import { scopeSubject, takes } from "./scope-subject.ts";

/** The rules of a kind that are in force and take what is asked for. None of them holds back the way back. */
export function rulesOf(facts: GateFacts, kind: RuleFact["kind"]): RuleFact[] {
  if (isRollback(facts)) return [];
  const subject = scopeSubject(facts);
  return facts.rules.filter(
    (rule) => rule.kind === kind && isInForce(rule, facts.at) && takes(rule.scope, subject),
  );
}

/** From the moment that it expires at a rule holds nothing any more. */
function isInForce({ expiresAt }: RuleFact, at: string): boolean {
  return expiresAt === null || Date.parse(expiresAt) > Date.parse(at);
}

/** Whose it is and where it comes from: "by ada, after INC-7". */
export function byWhom({ owner, incident }: RuleFact): string {
  return `by ${owner}${incident === null ? "" : `, after ${incident}`}`;
}
