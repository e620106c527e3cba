import { FailedPayment } from "./failed-payment.ts";
import { Tally, type ChannelFigures } from "./tally.ts";

/**
 * Buyers of one channel who come at a set rate, whether or not the ones before them have been served (an
 * open loop). Latency counts from when a payment was due, so that a late start is not hidden. A buyer who
 * finds `mostInFlight` others waiting leaves: a failed payment, reason `overload`.
 */
export class Arrivals {
  readonly total = new Tally();
  #second = new Tally();
  #inFlight = 0;
  #due = 0;
  #lastMs = performance.now();
  #ratePerSecond: number;
  readonly #buy: () => Promise<void>;
  readonly #mostInFlight: number;
  readonly #tick: NodeJS.Timeout;
  #idle: (() => void) | undefined;

  readonly #rampMs: number;
  readonly #startedMs = performance.now();

  /** The rate rises evenly from nothing over the first `rampMs`. */
  constructor(options: {
    ratePerSecond: number;
    rampMs: number;
    mostInFlight: number;
    buy: () => Promise<void>;
  }) {
    this.#rampMs = options.rampMs;
    this.#ratePerSecond = options.ratePerSecond;
    this.#mostInFlight = options.mostInFlight;
    this.#buy = options.buy;
    this.#tick = setInterval(() => this.#arrive(), 4);
  }

  set ratePerSecond(rate: number) {
    this.#arrive();
    this.#ratePerSecond = rate;
  }

  /** What happened since the last call. */
  takeSecond(): ChannelFigures {
    const figures = this.#second.figures(this.#inFlight);
    this.#second = new Tally();
    return figures;
  }

  totals(): ChannelFigures {
    return this.total.figures(this.#inFlight);
  }

  /** Lets nobody in any more and waits for those who are in. */
  async stop(): Promise<void> {
    clearInterval(this.#tick);
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #arrive(): void {
    const nowMs = performance.now();
    const fromMs = this.#lastMs;
    const before = this.#due;
    const risen = this.#rampMs === 0 ? 1 : Math.min(1, (nowMs - this.#startedMs) / this.#rampMs);
    const ratePerSecond = this.#ratePerSecond * risen;
    this.#due += ((nowMs - fromMs) * ratePerSecond) / 1_000;
    this.#lastMs = nowMs;
    let place = 1;
    while (this.#due >= 1) {
      this.#due -= 1;
      const dueMs = fromMs + ((place - before) / ratePerSecond) * 1_000;
      place += 1;
      void this.#serve(Math.min(dueMs, nowMs));
    }
  }

  async #serve(dueMs: number): Promise<void> {
    if (this.#inFlight >= this.#mostInFlight) {
      this.#failed("overload");
      return;
    }
    this.#inFlight += 1;
    try {
      await this.#buy();
      const latencyMs = performance.now() - dueMs;
      this.#second.made(latencyMs);
      this.total.made(latencyMs);
    } catch (error) {
      this.#failed(error instanceof FailedPayment ? error.reason : `shop: ${String(error)}`);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#idle?.();
    }
  }

  #failed(reason: string): void {
    this.#second.failed(reason);
    this.total.failed(reason);
  }
}
