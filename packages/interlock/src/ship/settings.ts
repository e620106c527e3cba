import type { ClientConfig } from "pg";
import type { ReleaseEvidence } from "./contract-wait.ts";
import type { ShipEvent } from "./ship-event.ts";

/** What carrying out, resuming and rolling back have in common. Times are in milliseconds. */
export interface ExecutorOptions {
  /** The database, directly: a pooler in between may hand the session to somebody else. */
  connection: ClientConfig;
  /** How long a step may keep a live statement waiting, by queueing for its locks and by holding them. */
  lockBudgetMs?: number;
  /** How long a step is tried again while others hold the locks that it needs. */
  retryForMs?: number;
  /** How long a lost database is sought before it is given up. */
  reconnectForMs?: number;
  /** How long a session may owe an answer before the server is asked whether it is at work on it. */
  stalledAfterMs?: number;
  /** How long sessions of a version that must have gone are waited for. */
  versionsWaitMs?: number;
  /** How long no statement that the contract phase would break must have run, where the database counts statements. */
  quietMs?: number;
  /** Asks whoever keeps releases whether the new version is fully released; without it nobody is asked. */
  releases?: () => Promise<ReleaseEvidence>;
  /** Goes on in spite of sessions that must have gone. The reason is kept in the journal. */
  force?: { reason: string };
  /** Accepts what the plan says may be lost, and what a rollback finds written where only the new version sees it. */
  acceptLoss?: boolean;
  backfill?: Partial<BackfillSettings>;
  on?: (event: ShipEvent) => void;
  /** Stops after the transaction under way; what is done stays done and the journal says so. */
  signal?: AbortSignal;
}

interface BackfillSettings {
  /** The time that a batch is steered to: as long as a live statement may wait for one of its rows. */
  batchMs: number;
  /** The share of time in which batches run while others use the database, 0 to 1; alone it runs all the time. */
  dutyCycle: number;
  /** How many sessions fill at once while nobody else uses the database; beside others it is one. */
  jobs: number;
  /** Standbys that are not waited for, such as one that is behind on purpose: their `application_name`. */
  ignoredStandbys: readonly string[];
  /** How far the slowest standby may be behind, in bytes of log, before batches wait for it. */
  replicationLagBytes: number;
  /** How long batches wait for a standby before the change stops. */
  replicationWaitMs: number;
}

export interface Settings {
  lockBudgetMs: number;
  retryForMs: number;
  reconnectForMs: number;
  stalledAfterMs: number;
  versionsWaitMs: number;
  quietMs: number;
  releases: (() => Promise<ReleaseEvidence>) | undefined;
  backfill: BackfillSettings;
}

/** Longer than a pool waits before it sends something again, and no burden on whoever ships in one go. */
export const defaultQuietMs = 10_000;

export function settingsOf(options: ExecutorOptions): Settings {
  return {
    lockBudgetMs: options.lockBudgetMs ?? 250,
    retryForMs: options.retryForMs ?? 600_000,
    reconnectForMs: options.reconnectForMs ?? 30_000,
    stalledAfterMs: options.stalledAfterMs ?? 15_000,
    versionsWaitMs: options.versionsWaitMs ?? 300_000,
    quietMs: options.quietMs ?? defaultQuietMs,
    releases: options.releases,
    backfill: {
      batchMs: 50,
      dutyCycle: 0.6,
      jobs: 2,
      ignoredStandbys: [],
      replicationLagBytes: 64 * 1024 * 1024,
      replicationWaitMs: 600_000,
      ...options.backfill,
    },
  };
}
