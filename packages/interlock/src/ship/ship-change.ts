import { isDeepStrictEqual } from "node:util";
import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import { planSchema, type PhaseName, type Plan } from "../plan/plan.ts";
import { carryOut } from "./carry-out.ts";
import type { Execution } from "./execution.ts";
import { notGoingForward } from "./going-back.ts";
import { claimsOf } from "./claims.ts";
import { beginChange, noteDecision, readChange, readOpenChanges, takeUp } from "./journal.ts";
import { hasJournal } from "./journal-schema.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";
import { refuseHeardBackfill } from "./refuse-heard-backfill.ts";
import { notProvedBeside, refuseBeside } from "./refuse-beside.ts";
import { refuseMissingRights } from "./refuse-missing-rights.ts";
import { refuseOtherPostgres } from "./refuse-other-postgres.ts";
import { refuseOtherStructure } from "./refuse-other-structure.ts";
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
 * Throws `Failure`: "loss-not-accepted", "already-shipping", "relations-in-change", "versions-not-proved",
 * "plan-differs",
 * "plan-for-other-postgres", "schema-differs", "changed-meanwhile", "being-rolled-back", "unproved-version-live", "old-statements-run", "not-released",
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
      const { client } = execution.session;
      const others = await readOpenChanges(client);
      const open = others.find((change) => change.plan.id === plan.id);
      if (open !== undefined) refuseOther(open, plan);
      const done = open ?? (await readChange(client, { planId: plan.id }));
      if (done?.state === "done") return resultOf({ change: done, outcomes: [], startedAt });
      if (open === undefined) await refuse(client);
      const number = open?.number ?? (await begin(client, { plan, target, open: others }));
      if (open !== undefined) await takeUp(client, { number, target, decision: "ship", detail: { target } });
      execution.emit({
        type: "started",
        change: plan.id,
        state: open?.state ?? "expanding",
        target,
        direction: "forward",
        resumed: open !== undefined,
      });
      tellOthers(execution, { plan, others });
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
  await refuseMissingRights(client, plan);
  await refuseOtherStructure(client, plan);
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
  if (isDeepStrictEqual(open.plan.phases, plan.phases)) return;
  const files = open.plan.files.map(({ path }) => path).join(", ");
  throw new Failure({
    code: "plan-differs",
    message: `Change ${open.plan.id} was begun with a plan of other steps.`,
    why: `It was begun at ${open.startedAt.toISOString()} by ${open.executor}${files === "" ? "" : ` from ${files}`}.`,
    state: meaningOf(open.state),
    next: "Run `interlock resume` to finish it, or `interlock rollback` to take it back; then ship this one.",
  });
}

/** Begins a change beside the open ones, where it shares nothing with them. */
async function begin(
  client: Client,
  { plan, target, open }: { plan: Plan; target: PhaseName; open: readonly ChangeRecord[] },
): Promise<string> {
  const claims = await claimsOf(client, plan);
  await refuseBeside(client, { plan, claims, open });
  return beginChange(client, { plan, target, claims });
}

function tellOthers(
  { emit }: Execution,
  { plan, others }: { plan: Plan; others: readonly ChangeRecord[] },
): void {
  const beside = others.filter((other) => other.plan.id !== plan.id);
  if (beside.length === 0) return;
  const changes = beside.map((other) => ({
    change: other.plan.id,
    state: other.state,
    notProvedWith: notProvedBeside(plan, other),
  }));
  emit({ type: "beside", changes });
}
