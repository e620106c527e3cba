import type { Change } from "../api/changes.ts";
import type { Touches } from "./facts.ts";

/** A row of `changes` without the texts of its files. */
export interface ChangeRow {
  id: string;
  title: string;
  paths: string[];
  app: string | null;
  version: string | null;
  touches: Touches;
  created_at: Date;
  created_by: string;
  closed_at: Date | null;
  closed_as: "shipped" | "abandoned" | null;
  caused_incident: string | null;
}

export const changeColumns = `id, title, app, version, touches, created_at, created_by, closed_at, closed_as, caused_incident,
  array(select one ->> 'path' from jsonb_array_elements(files) with ordinality as each (one, place) order by place) as paths`;

/** A change as it is shown. */
export function changeOf(row: ChangeRow): Change {
  return {
    id: row.id,
    title: row.title,
    files: row.paths,
    appVersion: row.app === null || row.version === null ? null : `${row.app}@${row.version}`,
    touches: row.touches,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    closedAt: row.closed_at?.toISOString() ?? null,
    closedAs: row.closed_as,
    causedIncident: row.caused_incident,
  };
}
