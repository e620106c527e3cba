import type { Figures } from "./figures-of.ts";

/** What the executor may keep a live statement waiting (its default), and what is granted on top. */
const longestWaitMs = 250 + 50;
const mostTimesQuiet = 1.5;

/** How many times as long as in quiet the slowest hundredth of payments took. */
export function timesQuiet({ quiet, changing, both }: Figures): number | null {
  const worst = Math.max(changing.p99Ms ?? 0, both?.p99Ms ?? 0);
  return quiet.p99Ms === null || worst === 0 ? null : Math.round((worst / quiet.p99Ms) * 100) / 100;
}

/** Which targets a change missed, in words; none where nobody noticed. */
export function missedTargets(figures: Figures): string[] {
  const missed: string[] = [];
  const times = timesQuiet(figures);
  if (!figures.isWhole) missed.push("not gone through with");
  if (figures.failedPayments > 0) missed.push(`${String(figures.failedPayments)} payments failed`);
  if (figures.failedStatements > 0) missed.push(`${String(figures.failedStatements)} statements failed`);
  if (figures.lost > 0) missed.push(`${String(figures.lost)} lost or divergent`);
  if (figures.longestStatementMs > longestWaitMs)
    missed.push(`a statement took ${String(figures.longestStatementMs)} ms`);
  if (times !== null && times > mostTimesQuiet) missed.push(`p99 ${times.toFixed(2)} × quiet`);
  return missed;
}
