const most = 16;
const first = 4;
/** What is known goes along whenever notifications are taken; beyond this many, idle receivers are forgotten. */
const mostKnown = 500;
/** An answer that takes longer than this counts against a receiver. */
const slowMs = 1_000;

interface Receiver {
  allowed: number;
  inFlight: number;
}

/**
 * How many notifications may be on their way to each receiver at once, from one worker. It starts with a few; one
 * that answers quickly gets more, one that is slow less, one that doesn't answer at all a single one at a time:
 * so hundreds of dead receivers leave room for those that live.
 */
export class Allowances {
  readonly initial = first;
  readonly #receivers = new Map<string, Receiver>();

  /** What the receivers that are known have left, as the statement that takes notifications wants it. */
  rooms(): { receivers: string[]; rooms: number[] } {
    return {
      receivers: [...this.#receivers.keys()],
      rooms: [...this.#receivers.values()].map(({ allowed, inFlight }) => Math.max(0, allowed - inFlight)),
    };
  }

  isFull(receiver: string): boolean {
    const { allowed, inFlight } = this.#known(receiver);
    return inFlight >= allowed;
  }

  /** Half of what a receiver may have is free again, so that it is worth looking for more. */
  hasHalf(receiver: string): boolean {
    const { allowed, inFlight } = this.#known(receiver);
    return inFlight * 2 <= allowed;
  }

  started(receiver: string): void {
    this.#known(receiver).inFlight += 1;
  }

  finished(receiver: string, { answered, tookMs }: { answered: boolean; tookMs: number }): void {
    const known = this.#known(receiver);
    known.inFlight -= 1;
    if (!answered) known.allowed = 1;
    else if (tookMs > slowMs) known.allowed = Math.max(1, Math.floor(known.allowed / 2));
    else known.allowed = Math.min(most, known.allowed + 1);
    if (known.inFlight === 0 && this.#receivers.size > mostKnown) this.#receivers.delete(receiver);
  }

  #known(receiver: string): Receiver {
    let known = this.#receivers.get(receiver);
    if (known === undefined) {
      known = { allowed: first, inFlight: 0 };
      this.#receivers.set(receiver, known);
    }
    return known;
  }
}
