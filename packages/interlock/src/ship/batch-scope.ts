/** What a batch takes on: it can be made smaller where it takes too long, until it is as small as can be. */
export interface BatchScope {
  /** Whether it can't get smaller any more. */
  readonly isLeast: boolean;
  /** Makes it about half as large. */
  shrink(): void;
  /** The statements of the batch; the last one leaves what was done in the batch's setting. */
  sql(): string;
  /** What the journal makes of it: see `NotedBatch`. */
  readonly movesOn: boolean;
  readonly endsBelow: number;
  /** For people: how many rows it looks at, where that is known before. */
  readonly rows: number;
}
