import type { Client } from "pg";
import type { FailureFacts } from "../std/failure.ts";
import type { PhaseName, Step } from "../plan/plan.ts";
import { sessionEvidence, statementWaits } from "./contract-evidence.ts";
import type { ContractWait } from "./contract-wait.ts";
import { viewStatements } from "./contract-watch.ts";
import { findUnknownSessions } from "./find-unknown-sessions.ts";
import {
  finalStates,
  meaningOf,
  type ChangeRecord,
  type ChangeState,
  type StepState,
} from "./journal-record.ts";
import { comingVersions, findLiveVersions, leavingVersions } from "./live-versions.ts";
import { contractBegun, finalStep } from "./progress-of-change.ts";
import { readProgress } from "./walk-progress.ts";
import { defaultQuietMs } from "./settings.ts";
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

export interface ChangeStatus {
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
  /** What to do about this one now. */
  next: string;
}

/** How far a change is, and what it waits for. */
export async function changeStatus(
  client: Client,
  { change, atWork, isOnly }: { change: ChangeRecord; atWork: boolean; isOnly: boolean },
): Promise<ChangeStatus> {
  const { plan, number } = change;
  // Killed right after the first step of contract, nobody has noted yet that it was begun.
  const state = change.state === "ready" && contractBegun(change.steps) ? "contracting" : change.state;
  const ended = finalStates.includes(change.state);
  const steps: StepStatus[] = [];
  for (const record of change.steps) steps.push(await stepStatus(client, { number, record }));
  const beforeContract = !ended && state !== "rolling-back" && !contractBegun(change.steps);
  const status = {
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
    contractWaits: beforeContract ? await contractWaits(client, change) : [],
    unknownSessions: ended ? [] : await findUnknownSessions(client, plan),
    contractGrounds: await readGrounds(client, number),
    losses:
      ended || finalStep(change.steps) !== undefined
        ? []
        : plan.losses.filter(({ when }) => when === "rollback").map(({ what }) => what),
  };
  return { ...status, next: nextOf(status, { atWork, isOnly }) };
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
async function contractWaits(client: Client, change: ChangeRecord): Promise<ContractWait[]> {
  if (change.plan.phases.contract.length === 0) return [];
  const { waits } = await sessionEvidence(client, change, { hasServer: false });
  const view = await viewStatements(client, change);
  return [...waits, ...(view?.watch === undefined ? [] : statementWaits(view.watch, defaultQuietMs))];
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

/** Where several changes are open, each command says which one it means. */
function nextOf(
  { id, state, interrupted, oldVersionsLive }: Omit<ChangeStatus, "next">,
  { atWork, isOnly }: { atWork: boolean; isOnly: boolean },
): string {
  if (atWork) return "An executor is at work; look again for how far it is.";
  const which = isOnly ? "" : ` --change ${id}`;
  const [resume, rollback] = [`interlock resume${which}`, `interlock rollback${which}`];
  if (state === "done" || state === "rolled-back") return "Nothing is left to do.";
  if (state === "rolling-back") return `Run \`${resume}\` or \`${rollback}\` to finish the rollback.`;
  if (state === "contracting") return `Run \`${resume}\` to finish the contract phase.`;
  if (interrupted) return `Run \`${resume}\` to go on, or \`${rollback}\` to take it back.`;
  if (state === "ready" && oldVersionsLive.length > 0)
    return `Deploy the new version and let the old one go; then run \`${resume} --to contract\`, or \`${rollback}\` to take the change back.`;
  return `Run \`${resume} --to contract\` to finish it, or \`${rollback}\` to take it back.`;
}
