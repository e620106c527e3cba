import type { Check, Probe } from "../api/probes.ts";

/** A probe as the control database has it, without its sealed check. */
export interface ProbeRow {
  id: string;
  environment: string;
  name: string;
  component: string | null;
  kind: Check["kind"];
  shown_check: Record<string, unknown>;
  interval_ms: number;
  timeout_ms: number;
  fails_after: number;
  recovers_after: number;
  least_workers: number;
  objective: string | null;
  is_paused: boolean;
  state: Probe["state"];
  state_since: Date;
  failing_since: Date | null;
  turns: Date[];
  state_revision: number;
  revision: number;
  updated_at: Date;
  updated_by: string;
}

export const probeColumns =
  "id, environment, name, component, kind, shown_check, interval_ms, timeout_ms, fails_after, recovers_after, least_workers, objective, is_paused, state, state_since, failing_since, turns, state_revision, revision, updated_at, updated_by";

/** A probe as it goes over the wire. */
export function probeOf(row: ProbeRow): Probe {
  const { id, environment, name, component } = row;
  return {
    id,
    environment,
    name,
    component,
    check: row.shown_check,
    intervalMs: row.interval_ms,
    timeoutMs: row.timeout_ms,
    failsAfter: row.fails_after,
    recoversAfter: row.recovers_after,
    leastWorkers: row.least_workers,
    objective: row.objective === null ? null : Number(row.objective),
    isPaused: row.is_paused,
    state: row.state,
    stateSince: row.state_since.toISOString(),
    failingSince: row.failing_since?.toISOString() ?? null,
    revision: row.revision,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

/** What the check of a probe is sealed for. */
export function probeSealPlace(id: string): string {
  return `probe/${id}`;
}
