import type { PageModel } from "../page-model.ts";
import { isOpen, isUnderWay } from "../status-rank.ts";
import { wireComponents, wirePage, wireStatus } from "./wire-component.ts";
import { wireIncident, wireMaintenance } from "./wire-incident.ts";

/** How many incidents and maintenances an answer holds at most. */
const most = 50;

/** Every answer of the Statuspage API v2, by its path in the site. */
export function renderApi(model: PageModel): Map<string, string> {
  const page = wirePage(model);
  const status = wireStatus(model);
  const components = wireComponents(model);
  const around = { model, components };
  const incidents = model.incidents.slice(0, most).map((each) => wireIncident(each, around));
  const unresolved = model.incidents.filter(isOpen).map((each) => wireIncident(each, around));
  // The API has no word for one that was called off: there it is gone.
  const kept = model.maintenances.filter((each) => each.status !== "cancelled");
  const wire = (some: typeof kept): object[] => some.map((each) => wireMaintenance(each, around));
  const active = wire(kept.filter(isUnderWay));
  const upcoming = wire(kept.filter((each) => each.status === "scheduled").toReversed());
  const answers: Record<string, object> = {
    summary: {
      page,
      components,
      incidents: unresolved,
      scheduled_maintenances: [...active, ...upcoming],
      status,
    },
    status: { page, status },
    components: { page, components },
    incidents: { page, incidents },
    "incidents/unresolved": { page, incidents: unresolved },
    "scheduled-maintenances": { page, scheduled_maintenances: wire(kept.slice(0, most)) },
    "scheduled-maintenances/active": { page, scheduled_maintenances: active },
    "scheduled-maintenances/upcoming": { page, scheduled_maintenances: upcoming },
  };
  return new Map(
    Object.entries(answers).map(([name, answer]) => [`api/v2/${name}.json`, `${JSON.stringify(answer)}\n`]),
  );
}
