import type {
  ComponentStatus,
  Impact,
  PageComponent,
  PageIncident,
  PageMaintenance,
  PageModel,
} from "./page-model.ts";

/** From fine to worst; maintenance is announced, so every unannounced trouble is worse. */
const ranks: Readonly<Record<ComponentStatus, number>> = {
  operational: 0,
  under_maintenance: 1,
  degraded_performance: 2,
  partial_outage: 3,
  major_outage: 4,
};

export function worstStatus(statuses: Iterable<ComponentStatus>): ComponentStatus {
  let worst: ComponentStatus = "operational";
  for (const status of statuses) if (ranks[status] > ranks[worst]) worst = status;
  return worst;
}

/** What state every component and group is in, by id: the worst of what goes on; a group is as its worst member. */
export function currentStatuses(model: PageModel): ReadonlyMap<string, ComponentStatus> {
  const running = [...model.incidents.filter(isOpen), ...model.maintenances.filter(isUnderWay)].flatMap(
    ({ impacts }) => impacts.filter(({ endedAt }) => endedAt === null),
  );
  const statuses = new Map<string, ComponentStatus>();
  for (const { id } of model.components) {
    statuses.set(
      id,
      worstStatus(running.filter(({ component }) => component === id).map(({ status }) => status)),
    );
  }
  for (const group of model.components.filter(({ isGroup }) => isGroup)) {
    const own = statuses.get(group.id) ?? "operational";
    statuses.set(
      group.id,
      worstStatus([own, ...membersOf(model, group).map(({ id }) => statuses.get(id) ?? own)]),
    );
  }
  return statuses;
}

export function membersOf({ components }: PageModel, { id }: PageComponent): PageComponent[] {
  return components.filter(({ group }) => group === id);
}

/** Components are what a client names; groups only hold them. */
export function leavesOf({ components }: PageModel): PageComponent[] {
  return components.filter(({ isGroup }) => !isGroup);
}

export function isOpen({ status }: PageIncident): boolean {
  return status !== "resolved" && status !== "postmortem";
}

export function isUnderWay({ status }: PageMaintenance): boolean {
  return status === "in_progress" || status === "verifying";
}

/** The components that an incident or a maintenance affects, and those of which it says that it does not. */
export function touched(impacts: readonly Impact[]): { affected: string[]; unaffected: string[] } {
  const affected = new Set(
    impacts.filter(({ status }) => status !== "operational").map(({ component }) => component),
  );
  const unaffected = new Set(
    impacts.map(({ component }) => component).filter((component) => !affected.has(component)),
  );
  return { affected: [...affected], unaffected: [...unaffected] };
}

export type Indicator = "none" | "minor" | "major" | "critical" | "maintenance";

/** How bad it is as a whole, in the words of the Statuspage API. */
export function overallOf(model: PageModel): {
  indicator: Indicator;
  description: string;
  worst: ComponentStatus;
} {
  const statuses = currentStatuses(model);
  const own = leavesOf(model).map(({ id }) => statuses.get(id) ?? "operational");
  const worst = worstStatus(own);
  if (worst === "major_outage") return { indicator: "critical", description: "Major System Outage", worst };
  if (worst === "partial_outage") return { indicator: "major", description: "Partial System Outage", worst };
  if (worst === "degraded_performance") {
    const all = own.every((status) => status === worst);
    return {
      indicator: "minor",
      description: all ? "Degraded System Service" : "Partially Degraded Service",
      worst,
    };
  }
  // Something goes on that no component shows.
  if (model.incidents.some(isOpen)) return { indicator: "minor", description: "Minor Service Outage", worst };
  if (worst === "under_maintenance") {
    return { indicator: "maintenance", description: "Service Under Maintenance", worst };
  }
  return { indicator: "none", description: "All Systems Operational", worst };
}
