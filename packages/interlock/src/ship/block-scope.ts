import { blockBatchSql, slices, type Slice } from "../plan/backfill-sql.ts";
import { copyBatchSql } from "../plan/copy-sql.ts";
import type { BatchedStep } from "../plan/plan.ts";
import type { BlockPart } from "./backfill-parts.ts";
import type { BatchScope } from "./batch-scope.ts";
import type { BatchSize } from "./batch-size.ts";

/**
 * Some blocks, gone through in several transactions, each for another slice of their rows.
 *
 * An updated row stays in its page, and the table's indexes need not know of it (HOT), only where the page has
 * room. A full page has none until some of its rows have moved away and the transaction that moved them is over:
 * then the next slice finds their room. In eight slices three quarters of the rows stay, where in one go none
 * does: twice the rows in a second of processor time, a table that grows by a fifth instead of doubling, indexes
 * that hardly grow, and a quarter of the dead rows for vacuum.
 */
export class BlockScope implements BatchScope {
  readonly #step: BatchedStep;
  readonly #part: BlockPart;
  readonly #from: number;
  readonly #size: BatchSize;
  readonly #once: boolean;
  #to: number;
  #left: Slice[];
  /** Leaves out rows that would be set to what they are. */
  skipsKept = false;

  constructor(
    step: BatchedStep,
    {
      part,
      from,
      size,
      waves,
      mostBlocks,
      once,
    }: { part: BlockPart; from: number; size: BatchSize; waves: number; mostBlocks: number; once: boolean },
  ) {
    this.#step = step;
    this.#part = part;
    this.#from = from;
    this.#size = size;
    this.#once = once;
    this.#to = Math.min(part.blocks, from + Math.min(mostBlocks, size.value));
    const edge = (at: number): number => Math.round((slices * at) / waves);
    this.#left = Array.from({ length: waves }, (_, at) => ({ from: edge(at), to: edge(at + 1) }));
  }

  /** Where the next blocks begin. */
  get end(): number {
    return this.#to;
  }

  get isOver(): boolean {
    return this.#left.length === 0;
  }

  get isLeast(): boolean {
    const { from, to } = this.#slice;
    return this.#to - this.#from <= 1 && to - from <= 1;
  }

  get movesOn(): boolean {
    return this.#left.length === 1;
  }

  get endsBelow(): number {
    return this.movesOn && this.#to >= this.#part.blocks ? Number.MAX_SAFE_INTEGER : 0;
  }

  get rows(): number {
    const { rows, blocks, from = 0 } = this.#part;
    if (rows === undefined || blocks <= from) return 0;
    return Math.round((rows / (blocks - from)) * (this.#to - this.#from) * this.#share);
  }

  /** Half of the blocks; of a single one half of its rows, and the other half after it. */
  shrink(): void {
    if (this.#to - this.#from > 1) {
      this.#size.halve();
      this.#to = this.#from + Math.max(1, Math.floor((this.#to - this.#from) / 2));
      return;
    }
    const { from, to } = this.#slice;
    if (to - from <= 1) return;
    const middle = Math.floor((from + to) / 2);
    this.#left.splice(0, 1, { from, to: middle }, { from: middle, to });
  }

  /** After the batch of the first slice that is left. */
  sliceDone(): void {
    this.#left.shift();
  }

  sql(): string {
    const place = {
      relation: this.#part.relation,
      from: this.#from,
      to: this.#to,
      slice: this.#slice,
    };
    return this.#step.kind === "copy"
      ? copyBatchSql(this.#step, place)
      : blockBatchSql(this.#step, place, { skipsKept: this.skipsKept, once: this.#once });
  }

  get #slice(): Slice {
    return this.#left[0] ?? { from: 0, to: slices };
  }

  get #share(): number {
    return (this.#slice.to - this.#slice.from) / slices;
  }
}
