/** Each bucket is 2 % wider than the one before it, so that a percentile is right to 2 %. */
const growth = Math.log(1.02);
const leastMs = 0.1;

/** Latencies counted in logarithmic buckets: `[bucket, count]` pairs in rising order. It is JSON, and can be added up. */
export type Buckets = [bucket: number, count: number][];

export class Histogram {
  readonly #counts = new Map<number, number>();

  add(ms: number): void {
    const bucket = Math.max(0, Math.ceil(Math.log(Math.max(ms, leastMs) / leastMs) / growth));
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  /** Takes in what another one has counted. */
  merge(buckets: Buckets): void {
    for (const [bucket, count] of buckets) this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
  }

  get count(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  /** The latency in ms that `share` (0 to 1) of all stay within; null when nothing was counted. */
  percentileMs(share: number): number | null {
    const wanted = Math.max(1, Math.ceil(this.count * share));
    let passed = 0;
    for (const [bucket, count] of this.buckets()) {
      passed += count;
      if (passed >= wanted) return Math.round(leastMs * Math.exp(bucket * growth) * 100) / 100;
    }
    return null;
  }

  buckets(): Buckets {
    return [...this.#counts].toSorted(([a], [b]) => a - b);
  }
}
