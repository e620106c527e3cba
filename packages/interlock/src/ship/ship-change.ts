import { isDeepStrictEqual } from "node:util";
import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import { planSchema, type PhaseName, type Plan } from "../plan/plan.ts";
import { carryOut } from "./carry-out.ts";
import type { Execution } from "./execution.ts";
import { notGoingForward } from "./going-back.ts";
import { beginChange, noteDecision, readChange, takeUp } from "./journal.ts";
import { hasJournal } from "./journal-schema.ts";
import { finalStates, meaningOf, type ChangeRecord } from "./journal-record.ts";
import { refuseHeardBackfill } from "./refuse-heard-backfill.ts";
import { refuseOtherPostgres } from "./refuse-other-postgres.ts";
import { refuseUnproved } from "./refuse-unproved.ts";
import type { ExecutorOptions } from "./settings.ts";
import { refuseUnaccepted, tellLosses } from "./accepted-losses.ts";
import { resultOf, type ShipResult } from "./ship-result.ts";
import { withExecutor } from "./with-executor.ts";

export interface ShipOptions extends ExecutorOptions {
  plan: Plan;
  /**
   * The last phase to carry out: `migrate` stops where the old and the new version both work. By default
   * `contract`, the whole change.
   */
  to?: PhaseName;
}

/**
 * Ships a change: carries its plan out phase by phase, with a journal in the database. A plan that was begun
 * before is gone on with, one that is done already is left as it is.
 *
 * Throws `Failure`: "loss-not-accepted", "already-shipping", "another-change-unfinished", "plan-differs",
 * "plan-for-other-postgres", "being-rolled-back", "unproved-version-live", "old-statements-run", "not-released",
 * "old-version-live", "lock-not-available", "step-too-slow", "step-failed", "verification-failed",
 * "permission-denied", "replication-lag", "database-went-away", "interrupted", or what opening the session throws.
 * Each says what state the database is in.
 */
export async function shipChange(options: ShipOptions): Promise<ShipResult> {
  const startedAt = performance.now();
  const plan = planSchema.parse(options.plan);
  const target = options.to ?? "contract";
  const refuse = (client: Client): Promise<void> =>
    refuseUnfit(client, plan, {
      isAccepted: options.acceptLoss === true,
      // A server has looked at every live version, and whoever forces it says why.
      othersLooked: options.force !== undefined || options.releases !== undefined,
    });
  return withExecutor(options, {
    before: async (client) => {
      if (!(await hasJournal(client))) await refuse(client);
    },
    work: async (execution) => {
      const latest = await readChange(execution.session.client);
      const open = latest !== undefined && !finalStates.includes(latest.state) ? latest : undefined;
      if (open !== undefined) refuseOther(open, plan);
      const done = open ?? (await readChange(execution.session.client, { planId: plan.id }));
      if (done?.state === "done") return resultOf({ change: done, outcomes: [], startedAt });
      if (open === undefined) await refuse(execution.session.client);
      const number = open?.number ?? (await beginChange(execution.session.client, { plan, target }));
      if (open !== undefined) {
        await takeUp(execution.session.client, { number, target, decision: "ship", detail: { target } });
      }
      execution.emit({
        type: "started",
        change: plan.id,
        state: open?.state ?? "expanding",
        target,
        direction: "forward",
        resumed: open !== undefined,
      });
      if (open === undefined)
        await tellLosses(execution, { number, plan, isAccepted: options.acceptLoss === true });
      await noteForce(execution, { number, force: options.force });
      const { change, outcomes } = await carryOut(execution, { number, forced: options.force !== undefined });
      return resultOf({ change, outcomes, startedAt });
    },
  });
}

/** Refuses a plan that is not to be begun in this database as it is now. */
async function refuseUnfit(
  client: Client,
  plan: Plan,
  { isAccepted, othersLooked }: { isAccepted: boolean; othersLooked: boolean },
): Promise<void> {
  refuseUnaccepted(plan, { isAccepted });
  await refuseOtherPostgres(client, plan);
  await refuseHeardBackfill(client, plan);
  if (!othersLooked) await refuseUnproved(client, plan);
}

/** Keeps in the journal that somebody goes on without waiting for versions to go, and why. */
export async function noteForce(
  execution: Execution,
  { number, force }: { number: string; force: { reason: string } | undefined },
): Promise<void> {
  if (force === undefined) return;
  await noteDecision(execution.session.client, {
    number,
    decision: "force",
    detail: { reason: force.reason },
  });
  execution.emit({ type: "forced", reason: force.reason });
}

function refuseOther(open: ChangeRecord, plan: Plan): void {
  if (open.state === "rolling-back") throw notGoingForward(open);
  if (open.plan.id === plan.id && isDeepStrictEqual(open.plan.phases, plan.phases)) return;
  const same = open.plan.id === plan.id;
  const files = open.plan.files.map(({ path }) => path).join(", ");
  throw new Failure({
    code: same ? "plan-differs" : "another-change-unfinished",
    message: same
      ? `Change ${open.plan.id} was begun with a plan of other steps.`
      : `Another change is unfinished in this database: ${open.plan.id}.`,
    why: `It was begun at ${open.startedAt.toISOString()} by ${open.executor}${files === "" ? "" : ` from ${files}`}. Only one change at a time is shipped to a database.`,
    state: meaningOf(open.state),
    next: "Run `interlock resume` to finish it, or `interlock rollback` to take it back; then ship this one.",
  });
}
