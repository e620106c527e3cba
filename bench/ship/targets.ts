import type { Figures } from "./figures-of.ts";

/** What the executor may keep a live statement waiting (its default), and what is granted on top. */
const longestWaitMs = 250 + 50;
const mostTimesQuiet = 1.5;

/**
 * How long the slowest hundredth of payments takes before anything is changed: the median of all trials of a run. They
 * all begin alike, and on a small machine one of them alone is twice as long as another.
 */
export function usualQuietMs(trials: readonly Pick<Figures, "quiet">[]): number | null {
  const sorted = trials
    .flatMap(({ quiet }) => (quiet.p99Ms === null ? [] : [quiet.p99Ms]))
    .toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** How many times as long as in quiet the slowest hundredth of payments took. */
export function timesQuiet({ changing, both }: Figures, quietMs: number | null): number | null {
  const worst = Math.max(changing.p99Ms ?? 0, both?.p99Ms ?? 0);
  return quietMs === null || worst === 0 ? null : Math.round((worst / quietMs) * 100) / 100;
}

/** Which targets a change missed, in words; none where nobody noticed. */
export function missedTargets(figures: Figures, quietMs: number | null): string[] {
  const missed: string[] = [];
  const times = timesQuiet(figures, quietMs);
  if (!figures.isWhole) missed.push("not gone through with");
  if (figures.failedPayments > 0) missed.push(`${String(figures.failedPayments)} payments failed`);
  if (figures.failedStatements > 0) missed.push(`${String(figures.failedStatements)} statements failed`);
  if (figures.lost > 0) missed.push(`${String(figures.lost)} lost or divergent`);
  if (figures.longestStatementMs > longestWaitMs)
    missed.push(`a statement took ${String(figures.longestStatementMs)} ms`);
  if (times !== null && times > mostTimesQuiet) missed.push(`p99 ${times.toFixed(2)} × quiet`);
  return missed;
}
