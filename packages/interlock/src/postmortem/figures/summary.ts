import type { Summary } from "../../api/figures.ts";

/** Of how many the measure is known, with its mean and its median. Pure. */
export function summaryOf(values: readonly (number | null)[]): Summary {
  const known = values
    .flatMap((value) => (value === null ? [] : [value]))
    .toSorted((left, right) => left - right);
  if (known.length === 0) return { count: 0, meanMs: null, medianMs: null };
  const middle = known.length / 2;
  const [low = 0, high = 0] = [known[Math.ceil(middle) - 1], known[Math.floor(middle)]];
  return {
    count: known.length,
    meanMs: Math.round(known.reduce((sum, value) => sum + value, 0) / known.length),
    medianMs: Math.round((low + high) / 2),
  };
}
