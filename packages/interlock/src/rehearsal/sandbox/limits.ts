/** What SQL that nobody vouches for may take of the machine. */
export interface Limits {
  /** One statement of a migration, in milliseconds. */
  migrationStatementMs: number;
  /** One statement of a workload, in milliseconds. */
  workloadStatementMs: number;
  /** A statement can raise its own time limit: what does so is ended from outside this much later, in milliseconds. */
  graceMs: number;
  /** The whole rehearsal, in milliseconds. */
  totalMs: number;
  /** What a database may grow to. */
  databaseBytes: number;
  /** What one statement may send back: results, notices and errors together. */
  answerBytes: number;
}

export const defaultLimits: Limits = {
  migrationStatementMs: 120_000,
  workloadStatementMs: 2_000,
  graceMs: 5_000,
  totalMs: 10 * 60_000,
  databaseBytes: 1024 ** 3,
  answerBytes: 16 * 1024 ** 2,
};

/** How long the server may take to end a session that has said goodbye. */
export const goodbyeMs = 5_000;

/** Sizes and times as people say them. */
export function seconds(ms: number): string {
  return `${String(ms / 1_000)} s`;
}

export function megabytes(bytes: number): string {
  return `${String(Math.round(bytes / 1024 ** 2))} MB`;
}
