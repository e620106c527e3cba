import type { Mapping, SignalSource } from "../api/signals.ts";

/** A source as the control database has it, without its secret. */
export interface SourceRow {
  id: string;
  environment: string;
  name: string;
  kind: SignalSource["kind"];
  mapping: Mapping;
  ends_after_minutes: number | null;
  created_at: Date;
  created_by: string;
}

export const sourceColumns =
  "id, environment, name, kind, mapping, ends_after_minutes, created_at, created_by";

/** A source as it goes over the wire. */
export function sourceOf(row: SourceRow): SignalSource {
  const { id, environment, name, kind, mapping } = row;
  return {
    id,
    environment,
    name,
    kind,
    mapping,
    endsAfterMinutes: row.ends_after_minutes,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}

/** What the secret of a source is sealed for. */
export function sourceSealPlace(id: string): string {
  return `signal-source/${id}`;
}
