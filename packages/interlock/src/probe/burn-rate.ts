/** Results within a stretch of time. */
export interface Counted {
  ok: number;
  failed: number;
  /** How many there would be by the probe's interval. */
  due: number;
}

/** A pair of windows: the long one says that it matters, the short one that it goes on. */
export interface BurnWindows {
  severity: "page" | "ticket";
  longMinutes: number;
  shortMinutes: number;
  /** The share of the budget of 30 days that may go within the long window. */
  budget: number;
}

/** After "Alerting on SLOs", The Site Reliability Workbook, chapter 5. */
export const burnWindows: readonly BurnWindows[] = [
  { severity: "page", longMinutes: 60, shortMinutes: 5, budget: 0.02 },
  { severity: "page", longMinutes: 360, shortMinutes: 30, budget: 0.05 },
  { severity: "ticket", longMinutes: 4_320, shortMinutes: 360, budget: 0.1 },
];

const budgetMinutes = 30 * 24 * 60;

/** What fires ends below this part of its threshold, so that it does not go to and fro upon it. */
const endsBelow = 0.9;

export interface Burn {
  severity: "page" | "ticket";
  longMinutes: number;
  shortMinutes: number;
  /** How many times too fast the budget is spent; null where there are no results. */
  long: number | null;
  short: number | null;
  threshold: number;
  isFiring: boolean;
}

/**
 * Whether the budget of an objective (99.9, in percent) is being spent too fast, for each pair of windows. Both must
 * be above the threshold; where nothing was measured nothing is said.
 */
export function burnRates(
  objective: number,
  {
    counted,
    wasFiring = [],
  }: {
    /** By the length of the window in minutes. */
    counted: ReadonlyMap<number, Counted>;
    /** By the position in `burnWindows`. */
    wasFiring?: readonly boolean[];
  },
): Burn[] {
  return burnWindows.map(({ severity, longMinutes, shortMinutes, budget }, index) => {
    const threshold = budget * (budgetMinutes / longMinutes);
    const long = burnOf(objective, counted.get(longMinutes));
    const short = burnOf(objective, counted.get(shortMinutes));
    const least = wasFiring[index] === true ? threshold * endsBelow : threshold;
    const isFiring = long !== null && short !== null && long >= least && short >= least;
    return { severity, longMinutes, shortMinutes, long, short, threshold, isFiring };
  });
}

/**
 * Of all results that were due, since the budget is one of 30 days: a probe that was made a minute ago has spent a
 * minute of it at most.
 */
function burnOf(objective: number, counted: Counted | undefined): number | null {
  const all = (counted?.ok ?? 0) + (counted?.failed ?? 0);
  if (counted === undefined || all === 0) return null;
  return counted.failed / Math.max(all, counted.due) / (1 - objective / 100);
}
