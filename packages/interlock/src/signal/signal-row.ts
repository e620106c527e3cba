import type { Signal } from "../api/signals.ts";

/** A signal as the control database has it. */
export interface SignalRow {
  id: string;
  environment: string;
  source: Signal["source"];
  origin: string;
  key: string;
  component: string | null;
  severity: Signal["severity"];
  state: Signal["state"];
  title: string;
  detail: Record<string, unknown>;
  started_at: Date;
  first_at: Date;
  last_at: Date;
  count: number;
  acknowledged_by: string | null;
  ended_at: Date | null;
  incident: string | null;
}

export const signalColumns =
  "id, environment, source, origin, key, component, severity, state, title, detail, started_at, first_at, last_at, count, acknowledged_by, ended_at, incident";

/** A signal as it goes over the wire. */
export function signalOf(row: SignalRow): Signal {
  const { id, environment, source, origin, key, component, severity, state, title, detail, count } = row;
  return {
    id,
    environment,
    source,
    origin,
    key,
    component,
    severity,
    state,
    title,
    detail,
    startedAt: row.started_at.toISOString(),
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    count,
    acknowledgedBy: row.acknowledged_by,
    endedAt: row.ended_at?.toISOString() ?? null,
    incident: row.incident,
  };
}
