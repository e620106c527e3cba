/**
 * How much a batch takes on, steered so that it lasts as long as it should. A batch that took too long to be
 * kept halves it at once; otherwise it changes by at most a factor of two a batch.
 */
export class BatchSize {
  readonly #least: number;
  readonly #most: number;
  #size: number;

  constructor({ first, least, most }: { first: number; least: number; most: number }) {
    this.#size = first;
    this.#least = least;
    this.#most = most;
  }

  get value(): number {
    return this.#size;
  }

  /** Whether it can't get smaller any more. */
  get isOne(): boolean {
    return this.#size <= 1;
  }

  /** After a batch of this size that took `elapsedMs` and should have taken `targetMs`. */
  steer({ elapsedMs, targetMs }: { elapsedMs: number; targetMs: number }): void {
    const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(elapsedMs, 0.1)));
    this.#size = Math.round(Math.min(this.#most, Math.max(this.#least, this.#size * factor)));
  }

  /** After a batch that had to be taken back: half of it, down to a single one, since that waits holding nothing. */
  halve(): void {
    this.#size = Math.max(1, Math.floor(this.#size / 2));
  }
}
