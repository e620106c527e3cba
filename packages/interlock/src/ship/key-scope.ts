import { keyBatchSql } from "../plan/backfill-sql.ts";
import type { BackfillStep } from "../plan/plan.ts";
import type { BackfillPart } from "./backfill-parts.ts";
import type { BatchScope } from "./batch-scope.ts";
import type { BatchSize } from "./batch-size.ts";

/** The next rows of a part by key. */
export class KeyScope implements BatchScope {
  readonly #step: BackfillStep;
  readonly #part: BackfillPart & { by: "key" };
  readonly #after: readonly string[] | null;
  readonly #size: BatchSize;
  readonly movesOn = true;

  constructor(
    step: BackfillStep,
    {
      part,
      after,
      size,
    }: { part: BackfillPart & { by: "key" }; after: readonly string[] | null; size: BatchSize },
  ) {
    this.#step = step;
    this.#part = part;
    this.#after = after;
    this.#size = size;
  }

  get isLeast(): boolean {
    return this.#size.isOne;
  }

  get rows(): number {
    return this.#size.value;
  }

  get endsBelow(): number {
    return this.#size.value;
  }

  shrink(): void {
    this.#size.halve();
  }

  sql(): string {
    const { relation, upTo } = this.#part;
    return keyBatchSql(this.#step, { relation, upTo, after: this.#after, rows: this.#size.value });
  }
}
