import type { GateReason } from "../../api/gate.ts";
import { sizeLimitSchema, type SizeLimit } from "../../api/rules.ts";
import { inSentence, listNames } from "../describe.ts";
import type { GateFacts, RuleFact, Touches } from "../facts.ts";
import { blocks } from "../reason.ts";
import { changeAsked } from "./requested.ts";
import { byWhom, rulesOf } from "./rules-of.ts";
import { overrideCommand, setAside } from "./set-aside.ts";
import { unreadableRule } from "./unreadable-rule.ts";

/** How much one change may touch. */
export function sizeLimits(facts: GateFacts): GateReason[] {
  const asked = changeAsked(facts);
  if (asked === undefined) return [];
  return rulesOf(facts, "size-limit").flatMap((fact) => {
    const reason = tooLarge(facts, { fact, touches: asked.change.touches });
    return reason === undefined ? [] : [setAside(facts, { rule: fact.rule, reason })];
  });
}

function tooLarge(
  facts: GateFacts,
  { fact, touches }: { fact: RuleFact; touches: Touches },
): GateReason | undefined {
  const limits = sizeLimitSchema.safeParse(fact.settings);
  if (!limits.success) return unreadableRule("size-limit", fact);
  const over = overLimit(touches, limits.data);
  if (over.length === 0) return undefined;
  const { rule, scope, reason } = fact;
  return blocks("size-limit", {
    message: `Size limit ${rule} (${scope}), ${byWhom(fact)}: the change has ${listNames(over)}. ${inSentence(reason)}.`,
    next: `Cut it into smaller changes and push each; or set the limit aside for this once: ${overrideCommand(facts, rule)}`,
    rule,
  });
}

/** What is over a limit: "12 statements (at most 5)". */
export function overLimit(touches: Touches, limits: SizeLimit): string[] {
  const sizes = {
    statements: touches.statements,
    tables: touches.tables.length,
    operations: touches.operations,
    rewrites: touches.rewrites.length,
    files: touches.files,
  };
  return (["statements", "tables", "operations", "rewrites", "files"] as const).flatMap((name) => {
    const limit = limits[name];
    if (limit === undefined || sizes[name] <= limit) return [];
    return [`${String(sizes[name])} ${name} (at most ${String(limit)})`];
  });
}
