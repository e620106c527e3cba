import { Backoff } from "../database/backoff.ts";
import { anotherTryMayWork, sessionIsGone, sqlstateOf, wasTimedOut } from "../database/sqlstate.ts";
import type { LockMode } from "../database/lock-mode.ts";
import type { Relation, Step } from "../plan/plan.ts";
import { Failure } from "../std/failure.ts";
import { findBlockers } from "./blockers.ts";
import type { Execution } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";
import { pause } from "./pause.ts";
import type { Blocker, ShipEvent } from "./ship-event.ts";
import { lockNotHad, stepFailed, stepTooSlow } from "./step-failure.ts";

/** A transaction this old that holds the lock will hold it longer than a try would wait. */
const longTransactionMs = 1_000;
/** How many tries in a row are left out since a long transaction holds the lock. It may end just then. */
const triesLeftOut = 4;
/** How often a step may have its locks and run out of the budget before it is too slow for it. */
const slowTries = 5;

type WaitReason = Exclude<Extract<ShipEvent, { type: "step-waiting" }>["reason"], "older-transaction">;

export interface Trial<T> {
  step: Step;
  state: ChangeState;
  relations: readonly Relation[];
  lock: LockMode;
  /** How long PostgreSQL lets a try run before it ends it; what is cancelled sooner was cancelled by somebody. */
  limitMs?: number;
  /** Who holds it up now, where that is not who holds a lock on its relations. */
  blockers?: () => Blocker[];
  attempt: () => Promise<T>;
}

/**
 * Tries a step until it has its locks: after a lock timeout, a deadlock or a serialization failure it comes
 * back after a pause that grows. While a long transaction holds a conflicting lock most tries are left out,
 * since a waiting step keeps everybody behind it waiting too.
 *
 * Throws `Failure` "lock-not-available", "step-too-slow", "interrupted", or what `stepFailed` makes of a refusal;
 * a lost session comes through as it is.
 */
export async function retrying<T>(
  execution: Execution,
  trial: Trial<T>,
): Promise<{ value: T; attempts: number }> {
  const { settings, signal } = execution;
  const { step, state } = trial;
  const backoff = new Backoff({ firstMs: 50, capMs: 3_000, forMs: settings.retryForMs });
  let attempts = 0;
  let leftOut = 0;
  let slow = 0;
  for (;;) {
    if (signal?.aborted === true) throw interrupted(meaningOf(state));
    const long = await blockersOf(execution, trial, longTransactionMs);
    let reason: WaitReason = "held";
    if (long.length > 0 && leftOut < triesLeftOut) leftOut += 1;
    else {
      leftOut = 0;
      attempts += 1;
      const tried = await tryOnce(trial);
      if ("value" in tried) return { value: tried.value, attempts };
      ({ reason } = tried);
      if (reason === "too-slow") slow += 1;
    }
    if (slow >= slowTries) {
      throw stepTooSlow({ step, state, attempts: slow, lockBudgetMs: settings.lockBudgetMs });
    }
    const blockers = long.length > 0 ? long : await blockersOf(execution, trial, 0);
    if (backoff.over) throw lockNotHad({ step, state, blockers, attempts });
    const retryInMs = backoff.nextMs();
    execution.emit({ type: "step-waiting", step: step.id, attempt: attempts, reason, retryInMs, blockers });
    await pause(retryInMs, signal);
  }
}

async function tryOnce<T>({
  attempt,
  step,
  state,
  limitMs,
}: Trial<T>): Promise<{ value: T } | { reason: Exclude<WaitReason, "held"> }> {
  const startedAt = performance.now();
  try {
    return { value: await attempt() };
  } catch (error) {
    if (sqlstateOf(error) === "40P01") return { reason: "deadlock" };
    if (anotherTryMayWork(error)) return { reason: "lock-timeout" };
    if (wasTimedOut(error, { elapsedMs: performance.now() - startedAt, limitMs }))
      return { reason: "too-slow" };
    if (error instanceof Failure || sessionIsGone(error) || sqlstateOf(error) === undefined) throw error;
    throw stepFailed({ error, step, state });
  }
}

async function blockersOf<T>(
  { session }: Execution,
  { relations, lock, blockers }: Trial<T>,
  olderThanMs: number,
): Promise<Blocker[]> {
  if (blockers !== undefined) return olderThanMs === 0 ? blockers() : [];
  return findBlockers(session.client, {
    relations,
    mode: lock,
    olderThanMs,
    autovacuum: olderThanMs === 0,
  });
}
