import type { AtHome } from "./at-home.ts";
import type { Outcome } from "./examine-state.ts";
import type { NamedShape } from "./named-shape.ts";

/** The ways in which a statement may suffer from a change. */
export type BreakKind = "statement-breaks" | "write-breaks" | "cached-plan-breaks" | "result-changes";

/** The gravest thing that an outcome shows; undefined for nothing. */
export function breakOf(home: Pick<AtHome, "homeShape">, outcome: Outcome): BreakKind | undefined {
  if (outcome.prepared !== undefined) return "statement-breaks";
  if (outcome.executed.kind === "failed") return "write-breaks";
  if (outcome.shape !== undefined && home.homeShape !== undefined) {
    if (!sameShape(outcome.shape, home.homeShape)) return "result-changes";
  }
  return outcome.cachedPlan === undefined ? undefined : "cached-plan-breaks";
}

function sameShape(left: NamedShape, right: NamedShape): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
