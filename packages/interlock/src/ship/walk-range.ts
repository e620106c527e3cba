import type { Client } from "pg";
import type { BatchedStep } from "../plan/plan.ts";
import type { BackfillPace } from "./backfill-pace.ts";
import type { BackfillPart, BlockPart } from "./backfill-parts.ts";
import { isOnce } from "./begin-ranges.ts";
import { BatchSize } from "./batch-size.ts";
import { BlockScope } from "./block-scope.ts";
import type { Execution, StepTask } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf } from "./journal-record.ts";
import { KeyScope } from "./key-scope.ts";
import type { RangeRecord } from "./ranges-journal.ts";
import { runBatch, type Batch, type BatchOutcome } from "./run-batch.ts";
import { Waves } from "./waves.ts";

interface WorkerOptions {
  task: StepTask<BatchedStep>;
  client: Client;
  pace: BackfillPace;
  takenUp?: number;
  /** Asked between batches: whether to leave the range to others for now. */
  standsAside: () => boolean;
  onBatch: (record: RangeRecord) => void;
}

/** Whatever a row does to a page is done to pages that are still at hand: 32 MB. */
const mostBlocks = 4_096;

/** Goes through ranges batch by batch, on one session. */
export class RangeWorker {
  readonly #execution: Execution;
  readonly #options: WorkerOptions;
  readonly #rows = new BatchSize({ first: 500, least: 50, most: 20_000 });
  readonly #blocks = new BatchSize({ first: 128, least: 1, most: mostBlocks });
  readonly #waves: Waves;
  #skipsKept = false;
  #hotBefore = 0;

  constructor(execution: Execution, options: WorkerOptions) {
    this.#execution = execution;
    this.#options = options;
    this.#waves = new Waves({
      rowsAreWritten: options.task.step.kind === "backfill" && !isOnce(options.task),
    });
  }

  /** Goes on with a range until it is through, or until the worker is to stand aside. */
  async walk(range: RangeRecord): Promise<RangeRecord> {
    const { task, standsAside } = this.#options;
    let record = range;
    while (!record.ended && !standsAside()) {
      if (this.#execution.signal?.aborted === true) throw interrupted(meaningOf(task.change.state));
      record =
        record.part.by === "key"
          ? await this.#keyBatch(record, record.part)
          : await this.#window(record, record.part);
    }
    return record;
  }

  async #keyBatch(range: RangeRecord, part: BackfillPart & { by: "key" }): Promise<RangeRecord> {
    const { task, pace } = this.#options;
    const { step } = task;
    if (step.kind !== "backfill") throw new Error("only a backfill goes by key");
    const scope = new KeyScope(step, { part, after: range.lastKey, size: this.#rows });
    const done = await this.#run({ range, scope });
    this.#rows.steer({ elapsedMs: done.elapsedMs, targetMs: pace.batchMs });
    await this.#ended(done, done.seen);
    return done.record;
  }

  /** The next blocks, slice by slice. */
  async #window(range: RangeRecord, part: BlockPart): Promise<RangeRecord> {
    const { task, pace } = this.#options;
    const from = Number(range.lastKey?.[0] ?? part.from ?? 0);
    const waves = this.#waves.next();
    const scope = new BlockScope(task.step, {
      part,
      from,
      size: this.#blocks,
      waves,
      mostBlocks,
      once: isOnce(task),
    });
    scope.skipsKept = this.#skipsKept;
    const later = { laterFilled: 0, laterHot: 0 };
    let record = range;
    let longestMs = 0;
    let seen = 0;
    for (let at = 0; !scope.isOver; at += 1) {
      const done = await this.#run({ range: record, scope });
      record = done.record;
      seen = Math.max(seen, done.seen);
      longestMs = Math.max(longestMs, done.elapsedMs);
      const hot = this.#hotOf(done);
      if (at > 0) {
        later.laterFilled += done.filled;
        later.laterHot += hot;
      }
      if (done.kept > 0) scope.skipsKept = this.#skipsKept = true;
      scope.sliceDone();
      await this.#ended(done, seen / waves);
    }
    this.#waves.ended(later);
    this.#blocks.steer({ elapsedMs: longestMs, targetMs: pace.batchMs });
    return record;
  }

  /** The server's count runs on until it hands it over to its statistics, about once a second. */
  #hotOf({ hot }: BatchOutcome): number {
    const before = this.#hotBefore;
    this.#hotBefore = hot;
    return hot >= before ? hot - before : hot;
  }

  async #run(batch: Pick<Batch, "range" | "scope">): Promise<BatchOutcome> {
    const { task, client, pace, takenUp } = this.#options;
    return runBatch(this.#execution, {
      ...batch,
      task,
      client,
      pace,
      ...(takenUp === undefined ? {} : { takenUp }),
    });
  }

  async #ended({ record, elapsedMs }: BatchOutcome, rows: number): Promise<void> {
    const { pace, task, onBatch } = this.#options;
    onBatch(record);
    await pace.batchEnded({ elapsedMs, rows, state: task.change.state });
  }
}
