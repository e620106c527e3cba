/** How a figure is spread over runs, in whole milliseconds. */
export interface Spread {
  least: number;
  median: number;
  /** Nine of ten are at most this. */
  most90: number;
  most: number;
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((left, right) => left - right);
  const at = (part: number): number =>
    Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN);
  return { least: at(0), median: at(0.5), most90: at(0.9), most: at(1) };
}
