import type { SeriesPoint } from "../series/series.ts";

/** How many went well and how many failed in a stretch of time of even length. */
export interface Bucket {
  /** Milliseconds since 1970. */
  fromMs: number;
  ok: number;
  failed: number;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];

/**
 * The length of buckets for a span, in milliseconds: the shortest round one that needs no more than `most`, and none that
 * is shorter than the figures are apart.
 */
export function stepFor(
  points: readonly SeriesPoint[],
  { fromMs, untilMs, most }: { fromMs: number; untilMs: number; most: number },
): number {
  const apart = spacingOf(points);
  const step = steps.find(
    (seconds) => seconds * 1_000 >= apart && (untilMs - fromMs) / (seconds * 1_000) <= most,
  );
  return (step ?? 86_400) * 1_000;
}

/** The usual distance of one figure from the next, in milliseconds. */
export function spacingOf(points: readonly SeriesPoint[]): number {
  const distances = points
    .slice(1)
    .map(({ at }, index) => at.getTime() - (points[index]?.at.getTime() ?? 0))
    .toSorted((left, right) => left - right);
  return distances[Math.floor(distances.length / 2)] ?? 1_000;
}

/** Figures summed into even stretches from a moment to another one; where there is no figure nothing happened. */
export function bucketsOf(
  points: readonly SeriesPoint[],
  { fromMs, untilMs, stepMs }: { fromMs: number; untilMs: number; stepMs: number },
): Bucket[] {
  const first = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.max(1, Math.ceil((untilMs - first) / stepMs));
  const buckets = Array.from({ length: count }, (_, index): Bucket => ({
    fromMs: first + index * stepMs,
    ok: 0,
    failed: 0,
  }));
  for (const { at, ok, failed } of points) {
    const bucket = buckets[Math.floor((at.getTime() - first) / stepMs)];
    if (bucket === undefined) continue;
    bucket.ok += ok;
    bucket.failed += failed;
  }
  return buckets;
}
