import type { PostmortemFacts } from "./facts.ts";

/** How long each step of an incident took from its start, in milliseconds; null where an end of it is not known. */
export interface IncidentTimes {
  detectMs: number | null;
  declareMs: number | null;
  unitMs: number | null;
  firstUpdateMs: number | null;
  recoverMs: number | null;
  resolveMs: number | null;
}

/** Pure. What is recorded before the start, such as an alarm that came first, took no time at all. */
export function timesOf(
  facts: Pick<
    PostmortemFacts,
    "startedAt" | "detectedAt" | "declaredAt" | "unitAt" | "firstUpdateAt" | "recoveredAt" | "endedAt"
  >,
): IncidentTimes {
  const since = (at: Date | null): number | null =>
    at === null ? null : Math.max(0, at.getTime() - facts.startedAt.getTime());
  return {
    detectMs: since(facts.detectedAt),
    declareMs: since(facts.declaredAt),
    unitMs: since(facts.unitAt),
    firstUpdateMs: since(facts.firstUpdateAt),
    recoverMs: since(facts.recoveredAt),
    resolveMs: since(facts.endedAt),
  };
}
