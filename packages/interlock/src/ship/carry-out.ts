import type { PhaseName } from "../plan/plan.ts";
import { awaitContract } from "./await-contract.ts";
import { lookAtStatements } from "./contract-watch.ts";
import type { Execution, StepOutcome } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { setState } from "./journal.ts";
import { finalStates, meaningOf, type ChangeRecord, type StepRecord } from "./journal-record.ts";
import { leavingVersions } from "./live-versions.ts";
import { finalStep, nextStep, stateBetween, stateDuring } from "./progress-of-change.ts";
import { readKnown, recover } from "./recover.ts";
import { refuseMeddled } from "./refuse-other-structure.ts";
import { runStep } from "./run-step.ts";

interface StepAtHand {
  change: ChangeRecord;
  record: StepRecord;
  forced: boolean;
  phases: PhaseTeller;
}

export interface CarryOutOptions {
  number: string;
  /** Goes into the contract phase in spite of live sessions of old versions. */
  forced: boolean;
}

/**
 * Carries a change out as far as the journal's target, step by step. The journal is read anew before each step:
 * it alone says what was done, also when a session was lost in the middle of a commit.
 */
export async function carryOut(
  execution: Execution,
  options: CarryOutOptions,
): Promise<{ change: ChangeRecord; outcomes: StepOutcome[] }> {
  const outcomes: StepOutcome[] = [];
  const phases = new PhaseTeller(execution);
  let known: ChangeRecord | undefined;
  let restarts = 0;
  for (;;) {
    try {
      known = await readKnown(execution, { number: options.number, known });
      const record = finalStates.includes(known.state) ? undefined : nextStep(known);
      if (record === undefined) {
        phases.end();
        return { change: await settle(execution, known), outcomes };
      }
      known = await moveOn(execution, { change: known, record });
      outcomes.push(await carryOutStep(execution, { change: known, record, forced: options.forced, phases }));
    } catch (error) {
      restarts += 1;
      await recover(execution, { error, number: options.number, known, restarts });
    }
  }
}

/** Notes the state that the change is in while this step is carried out. */
async function moveOn(
  { session, signal }: Execution,
  { change, record }: Pick<StepAtHand, "change" | "record">,
): Promise<ChangeRecord> {
  if (signal?.aborted === true) throw interrupted(meaningOf(change.state));
  const state = stateDuring(record, change.steps);
  if (change.state === state) return change;
  await setState(session.client, { number: change.number, from: change.state, to: state });
  return { ...change, state };
}

async function carryOutStep(
  execution: Execution,
  { change, record, forced, phases }: StepAtHand,
): Promise<StepOutcome> {
  const { emit } = execution;
  phases.begin(record.phase, change);
  const versions = forced ? [] : versionsToGo({ change, record });
  if (record.phase === "contract" && finalStep(change.steps) === undefined)
    await awaitContract(execution, { change, forced });
  // While no step of contract is done, all that both versions live by must be there.
  if (record.phase === "contract" && change.state === "ready")
    await refuseMeddled(execution.session.client, change);
  const { step, phase } = record;
  emit({ type: "step-started", phase, step: step.id, title: step.title, kind: step.kind });
  const startedAt = performance.now();
  const task = { change, record, step, refusedVersions: versions };
  const outcome = await runStep(execution, task);
  const elapsedMs = performance.now() - startedAt;
  emit({ type: "step-ended", phase, step: step.id, kind: step.kind, elapsedMs, ...outcome });
  return outcome;
}

/**
 * The versions that must have gone before this step: before each of the contract phase while there is a way
 * back that they could use, and the step looks once more when it has its locks.
 */
function versionsToGo({ change, record }: { change: ChangeRecord; record: StepRecord }): string[] {
  return record.phase === "contract" && finalStep(change.steps) === undefined
    ? leavingVersions(change.plan)
    : [];
}

async function settle(execution: Execution, change: ChangeRecord): Promise<ChangeRecord> {
  const state = stateBetween(change.steps);
  if (change.state !== state) {
    await setState(execution.session.client, { number: change.number, from: change.state, to: state });
  }
  // From now on only a version that should go calls what contract breaks.
  if (state === "ready") await lookAtStatements(execution.session.client, change);
  execution.emit({ type: "ended", change: change.plan.id, state });
  return { ...change, state, failure: null };
}

/** Tells of each phase once, however often its steps are begun. */
class PhaseTeller {
  readonly #execution: Execution;
  #phase: PhaseName | undefined;
  #startedAt = 0;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  begin(phase: PhaseName, change: ChangeRecord): void {
    if (this.#phase === phase) return;
    this.end();
    this.#phase = phase;
    this.#startedAt = performance.now();
    this.#execution.emit({ type: "phase-started", phase, steps: change.plan.phases[phase].length });
  }

  end(): void {
    if (this.#phase === undefined) return;
    const elapsedMs = performance.now() - this.#startedAt;
    this.#execution.emit({ type: "phase-ended", phase: this.#phase, elapsedMs });
    this.#phase = undefined;
  }
}
