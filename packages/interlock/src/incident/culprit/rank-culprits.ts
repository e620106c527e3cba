import type { Culprit, CulpritReason } from "../../api/culprits.ts";
import { evidenceAgainst } from "./evidence-against.ts";
import type { Candidate, TroubleFacts } from "./facts.ts";

/** Clocks of two machines differ by this much at most before a change counts as made after the trouble began. */
const clocksDifferMs = 5_000;

/** What each kind of reason weighs. Whatever is no evidence weighs less than any evidence, all of it together. */
export const weights: Readonly<Record<CulpritReason["kind"], number>> = {
  "alarm-names-it": 60,
  "broken-statement": 50,
  "version-broken": 50,
  "error-text": 40,
  "partial-deployment": 35,
  "version-named": 35,
  "same-sqlstate": 30,
  "same-table": 8,
  "same-app": 4,
  override: 5,
  "past-the-gate": 4,
  time: 3,
};

/**
 * What may have caused a trouble, the likeliest first, each with its reasons. Evidence is what ties a change to what
 * was seen: statements that no longer prepare, error texts that name what it changed, a version that does not fit.
 * That something happened before is no evidence, and what was changed after the beginning did not begin it.
 */
export function rankCulprits(trouble: TroubleFacts, candidates: readonly Candidate[]): Culprit[] {
  const latest = trouble.startedAt.getTime() + clocksDifferMs;
  return candidates
    .filter(({ at }) => at.getTime() <= latest)
    .map((candidate) => {
      const reasons = evidenceAgainst(candidate, trouble);
      const hasEvidence = reasons.some(({ isEvidence }) => isEvidence);
      return { candidate, reasons, hasEvidence, score: scoreOf(reasons, { candidate, trouble }) };
    })
    .toSorted(
      (left, right) =>
        Number(right.hasEvidence) - Number(left.hasEvidence) ||
        right.score - left.score ||
        right.candidate.at.getTime() - left.candidate.at.getTime() ||
        (left.candidate.key < right.candidate.key ? -1 : 1),
    )
    .map(({ candidate, reasons, hasEvidence, score }, index) => ({
      rank: index + 1,
      key: candidate.key,
      kind: candidate.kind,
      title: candidate.title,
      statement: candidate.statement,
      at: candidate.at.toISOString(),
      who: candidate.who,
      score,
      hasEvidence,
      reasons: reasons.toSorted((left, right) => weights[right.kind] - weights[left.kind]),
      wayOut: candidate.wayOut,
    }));
}

/** Each kind of reason counts once; of time the part that is left of a day. */
function scoreOf(
  reasons: readonly CulpritReason[],
  { candidate, trouble }: { candidate: Candidate; trouble: TroubleFacts },
): number {
  const kinds = new Set(reasons.map(({ kind }) => kind));
  const beforeMs = Math.max(0, trouble.startedAt.getTime() - candidate.at.getTime());
  const nearness = Math.max(0, 1 - beforeMs / 86_400_000);
  const score = [...kinds].reduce((sum, kind) => sum + weights[kind] * (kind === "time" ? nearness : 1), 0);
  return Math.round(score * 100) / 100;
}
