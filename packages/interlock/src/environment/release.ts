import type { Release } from "../api/releases.ts";

/** A row of `releases`, with all its columns. */
export interface ReleaseRow {
  id: string;
  environment: string;
  app: string;
  version: string;
  state: "running" | "finished" | "cancelled";
  started_at: Date;
  started_by: string;
  expected_until: Date;
  ended_at: Date | null;
  ended_by: string | null;
  decision: string | null;
}

export const releaseColumns =
  "id, environment, app, version, state, started_at, started_by, expected_until, ended_at, ended_by, decision";

/** A release as it is shown. One that still runs after its time is stalled. */
export function releaseOf(row: ReleaseRow, at: Date): Release {
  return {
    id: row.id,
    environment: row.environment,
    appVersion: `${row.app}@${row.version}`,
    state: row.state,
    isStalled: row.state === "running" && row.expected_until.getTime() < at.getTime(),
    startedAt: row.started_at.toISOString(),
    startedBy: row.started_by,
    expectedUntil: row.expected_until.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: row.ended_by,
    decision: row.decision,
  };
}
