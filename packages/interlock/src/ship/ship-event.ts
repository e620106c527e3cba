import type { FailureFacts } from "../std/failure.ts";
import type { Loss, PhaseName, Step } from "../plan/plan.ts";
import type { ContractWait } from "./contract-wait.ts";
import type { ChangeState } from "./journal-record.ts";

/** A session or a prepared transaction that holds a lock which a step needs. */
export interface Blocker {
  /** Of its server process; null for a prepared transaction, which has none. */
  pid: number | null;
  applicationName: string;
  /** The mode that it holds: "RowExclusiveLock"; "transaction" where it is its transaction as such that is waited for. */
  mode: string;
  relation: string;
  /** How long its transaction has been open, in milliseconds. */
  ageMs: number;
  /** What it does, without values: "update", "idle in transaction". */
  activity: string;
}

/** The sessions that an app version has on the database now. */
export interface LiveVersion {
  appVersion: string;
  pids: number[];
  /** When the oldest of them began, ISO 8601. */
  since: string;
}

/** A session of nobody that the plan knows, in a transaction on tables of the change. */
export interface UnknownSession {
  pid: number;
  applicationName: string;
  /** Null where it may not be seen. */
  role: string | null;
  /** When its transaction began, ISO 8601; null where it may not be seen. */
  since: string | null;
  relations: string[];
}

export interface BackfillProgress {
  rowsSeen: number;
  rowsFilled: number;
  /** About how many rows there are; null where nothing says. */
  rowsTotal: number | null;
  /** Rows looked at in a second of wall time, pauses included. */
  rowsPerSecond: number;
  /** About how long the rest takes; null where it can't be told. */
  remainingMs: number | null;
  /** How many rows the next batch looks at. */
  batchRows: number;
}

/** What happens while a change is shipped or rolled back, as it happens. */
export type ShipEvent =
  | {
      type: "started";
      change: string;
      state: ChangeState;
      target: PhaseName;
      direction: "forward" | "back";
      resumed: boolean;
    }
  | { type: "phase-started"; phase: PhaseName; steps: number }
  | { type: "phase-ended"; phase: PhaseName; elapsedMs: number }
  | { type: "step-started"; phase: PhaseName; step: string; title: string; kind: Step["kind"] }
  | {
      type: "step-waiting";
      step: string;
      attempt: number;
      /**
       * `held`: it was not tried, since a long transaction holds the lock. `older-transaction`: it is under way, and
       * an index waits for transactions that began before it. The others: a try was taken back.
       */
      reason: "held" | "older-transaction" | "lock-timeout" | "deadlock" | "too-slow";
      retryInMs: number;
      blockers: Blocker[];
    }
  | ({ type: "backfill-progress"; step: string } & BackfillProgress)
  /** Of a verification; `rowsFilled` are the rows that offend. */
  | ({ type: "verify-progress"; step: string } & BackfillProgress)
  | {
      type: "backfill-throttled";
      step: string;
      reason:
        | "replication-lag"
        | "others-wait"
        | "slow-answers"
        | "slow-statements"
        | "lock-timeout"
        | "batch-too-slow";
    }
  | {
      type: "step-ended";
      phase: PhaseName;
      step: string;
      kind: Step["kind"];
      elapsedMs: number;
      attempts: number;
      lockWaitMs: number;
      lockHeldMs: number;
      rows: number | null;
    }
  | { type: "step-undone"; phase: PhaseName; step: string }
  | { type: "versions-live"; versions: LiveVersion[]; giveUpInMs: number }
  | { type: "contract-waits"; waits: ContractWait[]; giveUpInMs: number }
  | { type: "contract-grounds"; said: string[]; ignored: ContractWait[] }
  | { type: "unknown-sessions"; sessions: UnknownSession[] }
  /** Other changes that are open; versions of this one that were not proved with them. */
  | { type: "beside"; changes: { change: string; state: ChangeState; notProvedWith: string[] }[] }
  | { type: "forced"; reason: string }
  | { type: "losses"; losses: Loss[]; isAccepted: boolean }
  | { type: "connection-lost"; why: string }
  | { type: "reconnected"; afterMs: number }
  | { type: "ended"; change: string; state: ChangeState }
  | ({ type: "failed" } & FailureFacts);
