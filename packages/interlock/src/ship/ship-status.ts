import type { Client, ClientConfig } from "pg";
import { connect } from "../database/connect.ts";
import { sqlstateOf } from "../database/sqlstate.ts";
import { Failure, messageOf, type FailureFacts } from "../std/failure.ts";
import type { PhaseName, Step } from "../plan/plan.ts";
import { findExecutor } from "./executor-lock.ts";
import { readChange } from "./journal.ts";
import {
  finalStates,
  meaningOf,
  type ChangeRecord,
  type ChangeState,
  type StepState,
} from "./journal-record.ts";
import { hasJournal } from "./journal-schema.ts";
import { comingVersions, findLiveVersions, leavingVersions } from "./live-versions.ts";
import { sessionEvidence, statementWaits } from "./contract-evidence.ts";
import type { ContractWait } from "./contract-wait.ts";
import { viewStatements } from "./contract-watch.ts";
import { readProgress } from "./walk-progress.ts";
import { findUnknownSessions } from "./find-unknown-sessions.ts";
import { contractBegun, finalStep } from "./progress-of-change.ts";
import type { BackfillProgress, LiveVersion, UnknownSession } from "./ship-event.ts";

export interface StepStatus {
  id: string;
  title: string;
  phase: PhaseName;
  kind: Step["kind"];
  state: StepState;
  attempts: number;
  longestLockWaitMs: number;
  longestLockHeldMs: number;
  rows: number | null;
  /** Of a backfill, a copy or a verification that was begun. */
  progress: BackfillProgress | null;
}

interface ChangeStatus {
  id: string;
  state: ChangeState;
  meaning: string;
  target: PhaseName;
  files: string[];
  /** ISO 8601. */
  startedAt: string;
  endedAt: string | null;
  /** Who carried it out last. */
  executor: string;
  failure: FailureFacts | null;
  /** Begun, not ended, and nobody is at work on it. */
  interrupted: boolean;
  steps: StepStatus[];
  /** Sessions of the versions that must go before the contract phase, and of those that must before a rollback. */
  oldVersionsLive: LiveVersion[];
  newVersionsLive: LiveVersion[];
  /** What the contract phase waits for now, and the sessions of nobody that the plan knows on the change's tables. */
  contractWaits: ContractWait[];
  unknownSessions: UnknownSession[];
  /** What the contract phase went by when it was begun, a sentence each; empty before. */
  contractGrounds: string[];
  /** What a rollback would lose or leave, as the plan says it; empty once there is no way back. */
  losses: string[];
}

/** How far the change in a database is: format `interlock-status/1`. */
export interface ShipStatus {
  format: "interlock-status/1";
  /** The unfinished change, else the last one; null when nothing was ever shipped to this database. */
  change: ChangeStatus | null;
  /** The session that holds the executor's lock now. */
  executor: { pid: number; applicationName: string; since: string; clientAddress: string | null } | null;
  /** What to do now. */
  next: string;
}

/** Reads how far the change in a database is, and changes nothing. Throws what `connect` throws, or "permission-denied". */
export async function shipStatus({ connection }: { connection: ClientConfig }): Promise<ShipStatus> {
  const client = await connect(connection);
  try {
    return await readStatus(client);
  } catch (error) {
    if (sqlstateOf(error) !== "42501") throw error;
    throw new Failure({
      code: "permission-denied",
      message: "This role may not read the journal, schema interlock.",
      why: messageOf(error),
      state: "Nothing was changed.",
      next: "Use the role that ships changes, or have it run: grant usage on schema interlock to <this role>; grant select on all tables in schema interlock to <this role>",
      cause: error,
    });
  } finally {
    await client.end();
  }
}

async function readStatus(client: Client): Promise<ShipStatus> {
  const executor = await findExecutor(client);
  const change = (await hasJournal(client)) ? await readChange(client) : undefined;
  const atWork =
    executor === undefined
      ? null
      : {
          pid: executor.pid,
          applicationName: executor.applicationName,
          since: executor.since.toISOString(),
          clientAddress: executor.clientAddress,
        };
  const status = change === undefined ? null : await statusOf(client, { change, atWork: atWork !== null });
  return {
    format: "interlock-status/1",
    change: status,
    executor: atWork,
    next: nextOf(status, atWork !== null),
  };
}

async function statusOf(
  client: Client,
  { change, atWork, quietMs = 10_000 }: { change: ChangeRecord; atWork: boolean; quietMs?: number },
): Promise<ChangeStatus> {
  const { plan, number, state } = change;
  const ended = finalStates.includes(change.state);
  const steps: StepStatus[] = [];
  for (const record of change.steps) steps.push(await stepStatus(client, { number, record }));
  const beforeContract = !ended && state !== "rolling-back" && !contractBegun(change.steps);
  return {
    id: plan.id,
    state,
    meaning: meaningOf(state),
    target: change.target,
    files: plan.files.map(({ path }) => path),
    startedAt: change.startedAt.toISOString(),
    endedAt: change.endedAt?.toISOString() ?? null,
    executor: change.executor,
    failure: change.failure,
    interrupted: !ended && !atWork && (change.failure !== null || !reached(change)),
    steps,
    oldVersionsLive: await findLiveVersions(client, leavingVersions(plan)),
    newVersionsLive: await findLiveVersions(client, comingVersions(plan)),
    contractWaits: beforeContract ? await contractWaits(client, change, { quietMs }) : [],
    unknownSessions: ended ? [] : await findUnknownSessions(client, plan),
    contractGrounds: await readGrounds(client, number),
    losses:
      ended || finalStep(change.steps) !== undefined
        ? []
        : plan.losses.filter(({ when }) => when === "rollback").map(({ what }) => what),
  };
}

async function stepStatus(
  client: Client,
  { number, record }: { number: string; record: ChangeRecord["steps"][number] },
): Promise<StepStatus> {
  const { ordinal, phase, step, state, attempts, longestLockWaitMs, longestLockHeldMs, rows } = record;
  const { id, title, kind } = step;
  const walks = ["backfill", "copy", "verify"].includes(kind);
  const progress = walks ? ((await readProgress(client, { number, ordinal })) ?? null) : null;
  return { id, title, phase, kind, state, attempts, longestLockWaitMs, longestLockHeldMs, rows, progress };
}

/** What contract would wait for if it were begun now: what there is to do while it is not. */
async function contractWaits(
  client: Client,
  change: ChangeRecord,
  { quietMs }: { quietMs: number },
): Promise<ContractWait[]> {
  if (change.plan.phases.contract.length === 0) return [];
  const { waits } = await sessionEvidence(client, change, { hasServer: false });
  const view = await viewStatements(client, change);
  return [...waits, ...(view?.watch === undefined ? [] : statementWaits(view.watch, quietMs))];
}

async function readGrounds(client: Client, number: string): Promise<string[]> {
  const { rows } = await client.query<{ said: string[] }>(
    `select array(select jsonb_array_elements_text(detail -> 'said')) as said from interlock.decisions
      where change = $1::bigint and decision = 'contract' order by made_at desc limit 1`,
    [number],
  );
  return rows[0]?.said ?? [];
}

/** Whether it stands where it was asked to go. */
function reached({ state, target }: ChangeRecord): boolean {
  return (
    (target === "migrate" && state === "ready") ||
    (target === "expand" && (state === "expanded" || state === "ready"))
  );
}

function nextOf(change: ChangeStatus | null, atWork: boolean): string {
  if (change === null)
    return atWork ? "An executor has just begun." : "Nothing was shipped to this database yet.";
  if (atWork) return "An executor is at work; look again for how far it is.";
  if (change.state === "done" || change.state === "rolled-back") return "Nothing is left to do.";
  if (change.state === "rolling-back")
    return "Run `interlock resume` or `interlock rollback` to finish the rollback.";
  if (change.state === "contracting") return "Run `interlock resume` to finish the contract phase.";
  if (change.interrupted) return "Run `interlock resume` to go on, or `interlock rollback` to take it back.";
  if (change.state === "ready" && change.oldVersionsLive.length > 0)
    return "Deploy the new version and let the old one go; then run `interlock resume --to contract`, or `interlock rollback` to take the change back.";
  return "Run `interlock resume --to contract` to finish it, or `interlock rollback` to take it back.";
}
