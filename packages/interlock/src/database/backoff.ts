import { sleep } from "../std/sleep.ts";

/**
 * Pauses that double up to a cap, each cut by a random part so that several who wait don't come back together.
 * It ends after `forMs`, counted from its making.
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #capMs: number;
  readonly #endsAt: number;
  #pauses = 0;

  constructor({ firstMs, capMs, forMs }: { firstMs: number; capMs: number; forMs: number }) {
    this.#firstMs = firstMs;
    this.#capMs = capMs;
    this.#endsAt = performance.now() + forMs;
  }

  get over(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /** The length of the next pause: between half of and the whole doubled time. */
  nextMs(): number {
    const fullMs = Math.min(this.#capMs, this.#firstMs * 2 ** Math.min(this.#pauses, 30));
    this.#pauses += 1;
    return Math.round(fullMs * (0.5 + Math.random() / 2));
  }

  async pause(signal?: AbortSignal): Promise<void> {
    await sleep(this.nextMs(), signal);
  }
}
