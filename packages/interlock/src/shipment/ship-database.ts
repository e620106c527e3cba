import type { ClientConfig } from "pg";
import { Failure, factsOf, messageOf, type FailureFacts } from "../std/failure.ts";
import { planSchema, type Plan } from "../plan/plan.ts";
import type { ReleaseEvidence } from "../ship/contract-wait.ts";
import { rollbackChange } from "../ship/rollback-change.ts";
import type { ExecutorOptions } from "../ship/settings.ts";
import { shipChange } from "../ship/ship-change.ts";
import type { ShipEvent } from "../ship/ship-event.ts";
import type { Turn } from "./await-next-work.ts";
import { endTurn } from "./end-turn.ts";
import { holdShipment, isSuperseded, patiently, type Execution } from "./execution.ts";
import { hasEndedIn } from "./has-ended-in.ts";
import { pastReturn } from "./past-return.ts";
import { ProgressWriter } from "./progress-writer.ts";
import { paceOf } from "./services.ts";
import { stillGo } from "./still-go.ts";
import { takeTurnLock, turnNotHad } from "./turn-lock.ts";
import { watchShipment, type Watch } from "./watch-shipment.ts";

interface Ground {
  environment: string;
  plan: Plan;
  lockBudgetMs: number;
  acceptLoss: boolean;
}

/**
 * Does what a database's turn is for, and writes how it ended. What was begun is gone on with: the journal in the
 * target decides. Never rejects for what happens in the target; throws `Failure` "superseded" when another server
 * has taken the shipment over; what it throws when this server stops means nothing.
 */
export async function shipDatabase(execution: Execution, turn: Turn): Promise<void> {
  const ground = await patiently(execution, () => readGround(execution));
  const reasons = await stillGo(execution, { turn, environment: ground.environment });
  if (reasons !== null) {
    await endTurn(execution, { turn, end: { kind: "given-back", reasons } });
    return;
  }
  const watch = watchShipment(execution);
  const progress = new ProgressWriter(execution, turn.database);
  let end: End;
  try {
    end = await attempt(execution, { turn, ground, watch, progress });
    if (end.kind === "given-back")
      await execution.wake.wait(paceOf(execution.services).askAgainMs, watch.signal);
  } finally {
    watch.close();
    await progress.close();
  }
  // Nobody is to take a server's own end for that of the work; whoever takes up the shipment goes on here.
  execution.signal.throwIfAborted();
  await endTurn(execution, { turn, end });
}

type End = Parameters<typeof endTurn>[1]["end"];

async function attempt(
  execution: Execution,
  { turn, ground, watch, progress }: { turn: Turn; ground: Ground; watch: Watch; progress: ProgressWriter },
): Promise<End> {
  try {
    const { environment, plan, lockBudgetMs, acceptLoss } = ground;
    const { databaseConnection } = execution.services;
    const connection = await databaseConnection({ environment, name: turn.database });
    return await alone(execution, { connection, watch }, (signal) =>
      withoutOthers(execution, watch, () =>
        carryOut(turn, {
          plan,
          watch,
          options: {
            connection,
            lockBudgetMs,
            acceptLoss,
            // The gate knows who is live; what comes in between is seen before anything is taken away.
            versionsWaitMs: 1_000,
            releases: () => Promise.resolve(byTheGate(turn)),
            on: (event: ShipEvent) => {
              progress.note(event);
            },
            signal,
          },
        }),
      ),
    );
  } catch (error) {
    if (isSuperseded(error)) throw error;
    return endOf(error, watch);
  }
}

/** Holds the turn's lock in the target, and looks under it whether the shipment is still this execution's. */
async function alone(
  execution: Execution,
  { connection, watch }: { connection: ClientConfig; watch: Watch },
  work: (signal: AbortSignal) => Promise<End>,
): Promise<End> {
  const waitMs = paceOf(execution.services).otherExecutorMs;
  const lock = await takeTurnLock(connection, { waitMs, signal: watch.signal });
  if (lock === null) throw turnNotHad();
  try {
    await patiently(execution, () =>
      execution.services.control.transact((transaction) => holdShipment(transaction, execution)),
    );
    return await work(AbortSignal.any([watch.signal, lock.lost]));
  } catch (error) {
    if (!lock.lost.aborted || watch.signal.aborted || isSuperseded(error)) throw error;
    return { kind: "given-back", reasons: [sessionLost] };
  } finally {
    await lock.release().catch(() => undefined);
  }
}

const sessionLost = {
  code: "database-went-away",
  message: "The session that holds the turn's lock was lost.",
  next: "It is taken up again by itself.",
};

async function carryOut(
  { task }: Turn,
  { plan, watch, options }: { plan: Plan; watch: Watch; options: ExecutorOptions },
): Promise<End> {
  switch (task) {
    case "expand": {
      // Two commands, so that what another database has failed at stops this one where its phase ends.
      const { state } = await shipChange({ ...options, plan, to: "expand" });
      if (state === "expanded" && (await watch.hasAnotherFailed())) return { kind: "stopped" };
      await shipChange({ ...options, plan, to: "migrate" });
      return { kind: "reached", state: "ready" };
    }
    case "contract":
      await shipChange({ ...options, plan, to: "contract" });
      return { kind: "reached", state: "done" };
    case "rollback":
      await takeBack(plan, options);
      return { kind: "reached", state: "rolled-back" };
  }
}

async function takeBack(plan: Plan, options: ExecutorOptions): Promise<void> {
  const ended = await hasEndedIn(options.connection, plan.id);
  if (ended === "done") throw new Failure(pastReturn());
  if (ended === "no") await rollbackChange({ ...options, change: plan.id });
}

/** The session of a server that died may live on for a while and hold the executor's lock. */
async function withoutOthers(execution: Execution, watch: Watch, work: () => Promise<End>): Promise<End> {
  const until = Date.now() + paceOf(execution.services).otherExecutorMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const other = error instanceof Failure && error.code === "already-shipping";
      if (!other || Date.now() > until || watch.signal.aborted) throw error;
      await execution.wake.wait(500, watch.signal);
    }
  }
}

/** What a shipment waits for, asking the gate again and again, as nobody has done anything wrong. */
const comesByItself = new Set(["old-version-live", "new-version-live", "old-statements-run"]);

/** The gate has looked at every live version and every release when it let this database have its turn. */
function byTheGate({ admittedAt }: Turn): ReleaseEvidence {
  const at = new Date(admittedAt).toISOString();
  return {
    waits: [],
    said: `Releases: the gate said go at ${at}; for contract it asks that the new version is released and that every live version works without the old shape.`,
  };
}

function endOf(error: unknown, watch: Watch): End {
  const failure: FailureFacts = factsOf(error);
  if (watch.signal.aborted && ["interrupted", "already-shipping"].includes(failure.code)) {
    return { kind: "stopped" };
  }
  if (comesByItself.has(failure.code)) {
    const { message, why, next } = failure;
    const reason = { code: failure.code, message: [message, why ?? ""].join(" ").trim(), next: next ?? "" };
    return { kind: "given-back", reasons: [reason] };
  }
  if (error instanceof Failure) return { kind: "failed", failure };
  return {
    kind: "failed",
    failure: { ...failure, why: messageOf(error), message: "Something went wrong in Interlock itself." },
  };
}

async function readGround({ services, shipment }: Execution): Promise<Ground> {
  const [row] = await services.control.query<{
    environment: string;
    plan: unknown;
    lock_budget_ms: number;
    accepts_loss: boolean;
  }>(
    `select s.environment, r.plan, s.lock_budget_ms, s.accepts_loss
       from interlock_control.shipments s join interlock_control.rehearsals r on r.id = s.rehearsal
      where s.id = $1::text`,
    [shipment],
  );
  if (row === undefined) throw new Error("a shipment has a rehearsal");
  return {
    environment: row.environment,
    plan: planSchema.parse(row.plan),
    lockBudgetMs: row.lock_budget_ms,
    acceptLoss: row.accepts_loss,
  };
}
