import { categoryLabels } from "../../language/labels.ts";
import type { PageIncident } from "../page-model.ts";
import { readImpacts, settle } from "./read-impacts.ts";
import type { Around } from "./read-page-model.ts";
import { readPostmortems } from "./read-postmortems.ts";
import { readUpdates } from "./read-updates.ts";

/** The public incidents of the environment, newest first; one that was merged into another is told of there. */
export async function readIncidents(around: Around): Promise<PageIncident[]> {
  const rows = await around.query<IncidentRow>(incidentsSql, [around.environment, around.drafts]);
  const updates = await readUpdates(around, "incident");
  const impacts = await readImpacts(around, "incident");
  const postmortems = await readPostmortems(around);
  return rows.map(({ responsibility, closedAt, recoveredAt, ...row }) => {
    const isOver = closedAt !== null;
    // Where it is over and nobody said when it ended, it ended when the service had recovered.
    const endedAt = row.endedAt ?? (isOver ? (recoveredAt ?? closedAt) : null);
    const postmortem = postmortems.get(row.id) ?? null;
    return {
      ...row,
      reference: `INC-${String(row.number)}`,
      category: row.category in categoryLabels ? row.category : "other",
      responsibility: responsibility ?? around.responsibility,
      endedAt,
      updates: updates.get(row.id) ?? [],
      impacts: settle(impacts.get(row.id) ?? [], { startedAt: row.startedAt, endedAt, isOver }),
      postmortem,
    };
  });
}

interface IncidentRow extends Omit<
  PageIncident,
  "reference" | "updates" | "impacts" | "postmortem" | "responsibility"
> {
  responsibility: string | null;
  recoveredAt: Date | null;
  closedAt: Date | null;
}

const incidentsSql = `
select id, number::integer as number, titles, status, priority, category, responsibility, started_at as "startedAt",
       recovered_at as "recoveredAt", ended_at as "endedAt", opened_at as "createdAt", closed_at as "closedAt"
  from interlock_control.incidents
 where environment = $1::text and (is_public or $2::boolean) and merged_into is null
 order by started_at desc, number desc`;
