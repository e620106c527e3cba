import type { RangeRecord } from "./ranges-journal.ts";

/** The ranges of a pass, of which each worker takes one at a time. */
export class RangePool {
  readonly #records: RangeRecord[];
  readonly #taken = new Set<number>();
  #waiting: (() => void)[] = [];
  #error: { thrown: unknown } | undefined;

  constructor(records: readonly RangeRecord[]) {
    this.#records = [...records];
  }

  /** Every range as it was noted last. */
  get records(): readonly RangeRecord[] {
    return this.#records;
  }

  /** Whether there is work for one worker more. */
  get hasFree(): boolean {
    return this.#free !== undefined;
  }

  get allEnded(): boolean {
    return this.#records.every(({ ended }) => ended);
  }

  /** Takes a range that nobody has; undefined when there is none. Throws what another worker failed with. */
  take(): RangeRecord | undefined {
    this.rethrow();
    const free = this.#free;
    if (free !== undefined) this.#taken.add(free.range);
    return free;
  }

  note(record: RangeRecord): void {
    const at = this.#records.findIndex(({ range }) => range === record.range);
    this.#records[at] = record;
  }

  /** Gives a range back, through or not. */
  release({ range }: RangeRecord): void {
    this.#taken.delete(range);
    this.#wake();
  }

  fail(error: unknown): void {
    this.#error ??= { thrown: error };
    this.#wake();
  }

  rethrow(): void {
    if (this.#error !== undefined) throw this.#error.thrown;
  }

  get hasFailed(): boolean {
    return this.#error !== undefined;
  }

  /** Until a range is given back. */
  async changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  get #free(): RangeRecord | undefined {
    return this.#records.find(({ range, ended }) => !ended && !this.#taken.has(range));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
