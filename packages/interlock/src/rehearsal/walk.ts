import type { Client } from "pg";
import type { Baseline } from "./baseline.ts";
import { KeptPrepared } from "./kept-prepared.ts";
import { asRowsRefused } from "./rows-refused.ts";
import type { StateChange } from "./state-change.ts";
import { StepRecorder, type RecordedStep } from "./step-effects.ts";
import { TrialSession } from "./trial-session.ts";
import { WaitingFinder } from "./waiting/find-waiting.ts";
import { StepObserver } from "./waiting/observe.ts";
import type { Observed } from "./waiting/observed.ts";

/** Where it starts and where it leads. */
export interface Way {
  baseline: Baseline;
  changes: readonly StateChange[];
  signal?: AbortSignal;
  /** Of the sessions that statements are tried in. */
  searchPath?: string | undefined;
}

/** A stop on the way through the states. */
export interface Place {
  trials: TrialSession;
  kept: KeptPrepared;
  state: number;
  /** Finds who waits for the change that comes next; undefined where nobody asked, or none comes. */
  waiting: WaitingFinder | undefined;
}

export interface WalkOptions {
  /** How many changes to walk through. */
  last: number;
  /** Whether to see who waits for the changes. */
  waiting?: boolean;
}

/** Takes a fresh copy of the baseline through the states up to the last and stops in each. Returns what each change did. */
export async function walk(
  { baseline, changes, signal, searchPath }: Way,
  { last, waiting = false }: WalkOptions,
  visit: (place: Place) => Promise<void>,
): Promise<(readonly RecordedStep[])[]> {
  const steps: (readonly RecordedStep[])[] = [];
  const { sandbox } = baseline;
  // What is only looked at before any change leaves nothing behind, so it needs no copy: 50 ms less.
  const isCopy = last > 0 || baseline.kept !== undefined;
  const database = isCopy ? await sandbox.createDatabase(baseline.database) : baseline.database;
  const open: { client?: Client; trials?: TrialSession; keeping?: TrialSession } = {};
  try {
    const trials = (open.trials = await TrialSession.open(sandbox, database, searchPath));
    const keeping = (open.keeping = await TrialSession.open(sandbox, database, searchPath));
    const kept = new KeptPrepared(keeping);
    const finder = waiting && last > 0 ? new WaitingFinder(trials) : undefined;
    await visit({ trials, kept, state: 0, waiting: finder });
    if (last === 0) return steps;
    const client = (open.client = await sandbox.migrator(database));
    const observing =
      finder === undefined
        ? undefined
        : {
            observer: new StepObserver(client),
            afterStep: (observed: Observed) => finder.after(observed),
          };
    for (const [index, change] of changes.slice(0, last).entries()) {
      signal?.throwIfAborted();
      const recorder = await StepRecorder.start(client, observing);
      try {
        await change.apply(client, recorder.after);
      } catch (error) {
        throw asRowsRefused(error, { change: index, baseline });
      }
      steps.push(recorder.steps);
      const state = index + 1;
      await visit({ trials, kept, state, waiting: state < last ? finder : undefined });
    }
    return steps;
  } finally {
    await Promise.all([open.trials?.close(), open.keeping?.close(), open.client?.end()]);
    if (isCopy) await sandbox.dropDatabase(database);
  }
}
