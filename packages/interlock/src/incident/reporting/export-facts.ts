import type { FactsExport } from "../../api/incident-detail.ts";
import type { Control } from "../../control/control.ts";
import { readClock } from "../clock.ts";
import { readIncident } from "../read-incident.ts";
import { readTimeline } from "../read-timeline.ts";

/** All facts of an incident for a report: nothing is worded that is a field. Throws `Failure` "not-found". */
export async function exportFacts(
  services: { control: Pick<Control, "query"> },
  incident: string,
): Promise<FactsExport> {
  const detail = await readIncident(services, incident);
  const { query } = services.control;
  return {
    format: "interlock-incident/1",
    exportedAt: (await readClock(query)).toISOString(),
    ...detail,
    timeline: await readTimeline(query, { incident: detail.incident.id }),
  };
}
