import type { Context } from "../api/context.ts";

/** Something the worker does again and again, beside other workers that do the same. */
export interface Job {
  name: string;
  /** How long it rests after a run that found nothing more to do, in milliseconds. */
  everyMs: number;
  /**
   * Does a bounded amount of work and returns how much there was: as long as it is more than 0 the next run
   * comes at once. Stops early, at a point where nothing is half-done, when `signal` is aborted.
   */
  run(context: Context, signal: AbortSignal): Promise<number>;
}
