import { availableParallelism } from "node:os";
import type { Shadow } from "../../shadow/open-shadow.ts";
import { baselineOf } from "../baseline.ts";
import { checkOnBaseline } from "../check-on-baseline.ts";
import { Failure } from "../../std/failure.ts";
import type { Deploy } from "../report/judgement.ts";
import type { Stats } from "../stats/stats.ts";
import type { StepResult } from "./history-report.ts";
import type { HistoryStep } from "./history-step.ts";
import { behindFailure, resultOf, unknownResult } from "./judge-step.ts";
import type { KeptResults } from "./kept-results.ts";
import type { SchemaChain } from "./schema-chain.ts";

export interface RehearseHistoryOptions {
  shadow: Shadow;
  chain: SchemaChain;
  steps: readonly HistoryStep[];
  deploy: Deploy;
  /** How large tables are. Without it nobody looks who waits: that depends on the sizes of then. */
  stats?: Stats | undefined;
  /** Results of earlier runs; without it every step is rehearsed. */
  results?: KeptResults | undefined;
  /** Called with the results in the order of the steps, each as soon as all before it are there. */
  onStep?: (result: StepResult) => void;
  signal?: AbortSignal | undefined;
}

/** While one step waits for the server, another keeps this process busy: more than two gain nothing. */
const mostAtOnce = Math.min(2, availableParallelism());

/**
 * Rehearses every step of a history, on schemas that are made one from the other. What stands behind a migration
 * that does not apply is unknown.
 */
export async function rehearseHistory(options: RehearseHistoryOptions): Promise<StepResult[]> {
  const { steps, onStep, signal, results } = options;
  const done: (StepResult | undefined)[] = [];
  const running = new Set<Promise<void>>();
  let told = 0;
  const finish = (at: number, result: StepResult): void => {
    done[at] = result;
    for (let next = done[told]; next !== undefined; next = done[told]) {
      told += 1;
      onStep?.(next);
    }
  };
  const complete = async ({ run, isEvidence }: Begun, at: number): Promise<void> => {
    const result = await run();
    const step = steps[at];
    if (isEvidence && step !== undefined && isLasting(result)) await results?.keep(step, result);
    finish(at, result);
  };
  const thrown: unknown[] = [];
  let failure: Failure | undefined;
  try {
    for (const [at, step] of steps.entries()) {
      signal?.throwIfAborted();
      if (failure !== undefined) {
        finish(at, behindFailure(step, failure));
        continue;
      }
      const kept = await results?.find(step);
      if (kept !== undefined) {
        finish(at, kept);
        continue;
      }
      const begun = await begin(options, step);
      if (begun instanceof Failure) {
        failure = begun;
        finish(at, behindFailure(step, begun));
        continue;
      }
      const settled = complete(begun, at)
        .catch((error: unknown) => thrown.push(error))
        .then(() => void running.delete(settled));
      running.add(settled);
      if (running.size >= mostAtOnce) await Promise.race(running);
      if (thrown.length > 0) break;
    }
  } finally {
    await Promise.all(running);
  }
  if (thrown.length > 0) throw thrown[0];
  return done.filter((result) => result !== undefined);
}

/** What ran into a limit, or was broken off, may do better another time. */
function isLasting({ verdict, order, findings }: StepResult): boolean {
  const isWhole = verdict !== "unknown" || order !== null || findings.length > 0;
  return isWhole && findings.every(({ code }) => code !== "exceeds-limit");
}

interface Begun {
  run(): Promise<StepResult>;
  /** Whether the result comes from a rehearsal, and so is worth keeping. */
  isEvidence: boolean;
}

/** Makes the schema before a step, so that the rest can go on while the next step's is made. */
async function begin(
  { shadow, chain, deploy, stats, signal }: RehearseHistoryOptions,
  step: HistoryStep,
): Promise<Begun | Failure> {
  const startedAt = performance.now();
  chain.sandbox.begin();
  try {
    if (step.old.length === 0 && step.new.length === 0) {
      await chain.reach([...step.baseline, ...step.change]);
      return { isEvidence: false, run: async () => unknownResult(step, noVersion) };
    }
    const schema = await chain.copyOf(step.baseline);
    const run = async (): Promise<StepResult> => {
      try {
        const baseline = await baselineOf({ sandbox: chain.sandbox, schema });
        const input = { migrations: step.change, old: step.old, new: step.new, stats };
        const seesWaiting = stats !== undefined;
        const asked = { shadow, baseline, input, deploy, startedAt, seesWaiting, signal };
        return resultOf(step, await checkOnBaseline(asked));
      } catch (error) {
        // This step can't be rehearsed; the others may.
        if (error instanceof Failure) return unknownResult(step, error.message);
        throw error;
      } finally {
        await chain.sandbox.dropDatabase(schema);
      }
    };
    return { isEvidence: true, run };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

const noVersion = "no workload of a version that ran before it";
