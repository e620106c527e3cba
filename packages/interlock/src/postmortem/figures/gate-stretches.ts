import type { Stretch } from "./spend-time.ts";

/** An answer of the gate about a change, or the moment at which the change went on. */
export interface GateAnswer {
  at: Date;
  verdict: "go" | "blocked" | "unknown";
}

/** How long a change was held: from an answer other than go until the next go. Answers in order. Pure. */
export function gateStretches(answers: readonly GateAnswer[]): Stretch[] {
  const stretches: Stretch[] = [];
  let held: Stretch | undefined;
  for (const { at, verdict } of answers) {
    if (verdict === "go") {
      if (held !== undefined) held.until = at;
      held = undefined;
    } else if (held === undefined) {
      held = { what: "gate", from: at, until: null };
      stretches.push(held);
    }
  }
  return stretches;
}
