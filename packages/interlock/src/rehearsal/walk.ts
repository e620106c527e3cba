import type { Client } from "pg";
import type { Baseline } from "./baseline.ts";
import { KeptPrepared } from "./kept-prepared.ts";
import { asRowsRefused } from "./rows-refused.ts";
import type { StateChange } from "./state-change.ts";
import { StepRecorder, type RecordedStep } from "./step-effects.ts";
import { TrialSession } from "./trial-session.ts";

/** Where it starts and where it leads. */
export interface Way {
  baseline: Baseline;
  changes: readonly StateChange[];
  signal?: AbortSignal;
}

/** A stop on the way through the states. */
export interface Place {
  trials: TrialSession;
  kept: KeptPrepared;
  state: number;
}

/** Takes a fresh copy of the baseline through the states up to `last` and stops in each. Returns what each change did. */
export async function walk(
  { baseline, changes, signal }: Way,
  last: number,
  visit: (place: Place) => Promise<void>,
): Promise<(readonly RecordedStep[])[]> {
  const steps: (readonly RecordedStep[])[] = [];
  const { sandbox } = baseline;
  // What is only looked at before any change leaves nothing behind, so it needs no copy: 50 ms less.
  const isCopy = last > 0;
  const database = isCopy ? await sandbox.createDatabase(baseline.database) : baseline.database;
  const open: { client?: Client; trials?: TrialSession; keeping?: TrialSession } = {};
  try {
    const trials = (open.trials = await TrialSession.open(sandbox, database));
    const keeping = (open.keeping = await TrialSession.open(sandbox, database));
    const kept = new KeptPrepared(keeping);
    await visit({ trials, kept, state: 0 });
    if (!isCopy) return steps;
    const client = (open.client = await sandbox.migrator(database));
    for (const [index, change] of changes.slice(0, last).entries()) {
      signal?.throwIfAborted();
      const recorder = await StepRecorder.start(client);
      try {
        await change.apply(client, recorder.after);
      } catch (error) {
        throw asRowsRefused(error, { change: index, baseline });
      }
      steps.push(recorder.steps);
      await visit({ trials, kept, state: index + 1 });
    }
    return steps;
  } finally {
    await Promise.all([open.trials?.close(), open.keeping?.close(), open.client?.end()]);
    if (isCopy) await sandbox.dropDatabase(database);
  }
}
