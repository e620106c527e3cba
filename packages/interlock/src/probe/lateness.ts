/** How often the clockwork is looked at, in milliseconds. */
const tickMs = 50;
const keptMs = 180_000;

/**
 * How late this process's own clockwork is. Whoever has no time for a timer has none for an answer either: what such
 * a worker measures is its own slowness.
 */
export class Lateness {
  #late: { at: number; ms: number }[] = [];
  #due = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  start(): void {
    this.#due = this.#now() + tickMs;
    this.#timer = setInterval(() => this.tick(), tickMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What the timer does. */
  tick(): void {
    const at = this.#now();
    const ms = at - this.#due;
    if (ms > tickMs) this.#late.push({ at, ms });
    this.#due = at + tickMs;
    this.#late = this.#late.filter((one) => at - one.at < keptMs);
  }

  /** The worst since a moment of `performance.now()`, in milliseconds; what is late right now included. */
  worstSince(moment: number): number {
    const pending = this.#now() - this.#due;
    const past = this.#late.filter(({ at }) => at >= moment).map(({ ms }) => ms);
    return Math.max(0, pending, ...past);
  }
}
