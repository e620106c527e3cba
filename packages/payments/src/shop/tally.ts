import { Histogram, type Buckets } from "./histogram.ts";

/** What one channel did, in a second or in all. Latencies in ms, from when a payment was due to when it was made. */
export interface ChannelFigures {
  made: number;
  failed: number;
  inFlight: number;
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number;
  /** How often each reason came up, by code: `http 500`, `timeout`, `overload`. */
  failures: Record<string, number>;
  latency: Buckets;
}

const mostReasons = 100;

/** Counts payments of one channel. */
export class Tally {
  #made = 0;
  #failed = 0;
  #maxMs = 0;
  #latency = new Histogram();
  #failures = new Map<string, number>();

  made(latencyMs: number): void {
    this.#made += 1;
    this.#latency.add(latencyMs);
    this.#maxMs = Math.max(this.#maxMs, latencyMs);
  }

  failed(reason: string): void {
    this.#failed += 1;
    const known = this.#failures.has(reason) || this.#failures.size < mostReasons ? reason : "other";
    this.#failures.set(known, (this.#failures.get(known) ?? 0) + 1);
  }

  figures(inFlight: number): ChannelFigures {
    return {
      made: this.#made,
      failed: this.#failed,
      inFlight,
      p50Ms: this.#latency.percentileMs(0.5),
      p99Ms: this.#latency.percentileMs(0.99),
      maxMs: Math.round(this.#maxMs * 10) / 10,
      failures: Object.fromEntries(this.#failures),
      latency: this.#latency.buckets(),
    };
  }
}
