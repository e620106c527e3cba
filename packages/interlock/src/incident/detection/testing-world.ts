import { decideDetection } from "./decide.ts";
import type { ComponentFact, DetectionAction, DetectionFacts, IncidentFact, SignalFact } from "./facts.ts";
import type { Policy } from "./policy.ts";

/** For tests only: what carrying actions out does, in memory. */
export interface World {
  now: number;
  signals: SignalFact[];
  components: ComponentFact[];
  incidents: (IncidentFact & { openedAt: Date; resolvedAt: Date | null })[];
  /** What was done, in order. */
  done: DetectionAction["do"][];
}

export const policy: Policy = {
  priority: "P1",
  status: "major_outage",
  publish: true,
  recoverAfterSeconds: 60,
  resolveAfterMinutes: null,
};

export function newWorld(components: ComponentFact[]): World {
  return { now: Date.UTC(2024, 11, 17, 13), signals: [], components, incidents: [], done: [] };
}

export function factsOf(world: World): DetectionFacts {
  const now = new Date(world.now);
  const open = world.incidents.filter(({ resolvedAt }) => resolvedAt === null);
  return {
    now,
    signals: structuredClone(world.signals),
    components: world.components,
    incidents: structuredClone(open),
    recent: world.incidents
      .filter(
        ({ own, resolvedAt }) =>
          own !== null && resolvedAt !== null && world.now - resolvedAt.getTime() <= 3_600_000,
      )
      .toSorted((left, right) => Number(right.resolvedAt) - Number(left.resolvedAt))
      .map(({ id, everAffected, openedAt, resolvedAt }) => ({
        id,
        affected: everAffected,
        openedAt,
        resolvedAt: resolvedAt ?? now,
      })),
    openedLately: world.incidents.filter(
      ({ own, openedAt }) => own !== null && world.now - openedAt.getTime() <= 3_600_000,
    ).length,
  };
}

/** Decides and carries out until nothing is left; throws where that never ends. */
export function settle(world: World): DetectionAction[] {
  const all: DetectionAction[] = [];
  for (let round = 0; round < 30; round += 1) {
    const actions = decideDetection(factsOf(world));
    if (actions.length === 0) return all;
    for (const action of actions) carryOut(world, action);
    all.push(...actions);
  }
  throw new Error(`it never ends: ${JSON.stringify(all.slice(-5))}`);
}

/** Does one action if what it was decided from still is so, as statements that check the row they change. */
export function carryOut(world: World, action: DetectionAction): void {
  const now = new Date(world.now);
  const incident =
    action.do === "open" ? undefined : world.incidents.find(({ id }) => id === action.incident);
  const take = (ids: readonly string[], id: string): void => {
    world.signals = world.signals.map((one) =>
      ids.includes(one.id) && one.incident === null ? { ...one, incident: id } : one,
    );
  };
  const change = (changed: Partial<World["incidents"][number]>): void => {
    world.incidents = world.incidents.map((one) => (one.id === incident?.id ? { ...one, ...changed } : one));
    world.done.push(action.do);
  };
  const affect = (
    affected: readonly { component: string }[],
  ): Pick<IncidentFact, "affected" | "everAffected"> => ({
    affected: [...new Set([...(incident?.affected ?? []), ...affected.map(({ component }) => component)])],
    everAffected: [
      ...new Set([...(incident?.everAffected ?? []), ...affected.map(({ component }) => component)]),
    ],
  });
  const critical = world.signals.filter(
    (one) => one.incident === incident?.id && one.severity === "critical",
  );
  const direct = critical.filter(({ isOfObjective }) => !isOfObjective);
  const fires = (direct.length > 0 ? direct : critical).some(({ state }) => state === "firing");
  const policies = Object.fromEntries(
    world.components.flatMap(({ key, policy: own }) => (own === null ? [] : [[key, own]])),
  );
  const isOpen = incident !== undefined && incident.resolvedAt === null;
  switch (action.do) {
    case "open": {
      const isFree = action.signals.every(
        (id) => world.signals.find((one) => one.id === id)?.incident === null,
      );
      const isTaken = world.incidents.some(
        ({ resolvedAt, affected }) =>
          resolvedAt === null && action.affected.some(({ component }) => affected.includes(component)),
      );
      if (!isFree || isTaken) return;
      const id = `inc-${String(world.incidents.length)}`;
      const keys = action.affected.map(({ component }) => component);
      world.incidents.push({
        id,
        status: "investigating",
        priority: action.priority,
        startedAt: action.startedAt,
        affected: keys,
        everAffected: keys,
        culprits: [],
        own: {
          policies: Object.fromEntries(Object.entries(policies).filter(([key]) => keys.includes(key))),
          relapses: 0,
          recoveredAt: null,
          culprit: null,
          toldCulprit: null,
        },
        openedAt: now,
        resolvedAt: null,
      });
      take(action.signals, id);
      world.done.push("open");
      return;
    }
    case "attach":
      if (!isOpen) return;
      take(action.signals, incident.id);
      return change(affect(action.affected));
    case "reopen":
      if (incident === undefined || isOpen || incident.own === null) return;
      take(action.signals, incident.id);
      return change({
        ...affect(action.affected),
        status: "investigating",
        resolvedAt: null,
        own: { ...incident.own, recoveredAt: null, relapses: incident.own.relapses + 1 },
      });
    case "relapse":
      if (!isOpen || incident.status !== "monitoring" || incident.own === null) return;
      return change({
        ...affect(action.affected),
        status: "investigating",
        own: { ...incident.own, recoveredAt: null, relapses: incident.own.relapses + 1 },
      });
    case "identify":
      if (!isOpen || incident.own === null) return;
      return change({ status: "identified", own: { ...incident.own, toldCulprit: action.culprit } });
    case "recover":
      if (!isOpen || incident.status === "monitoring" || fires || incident.own === null) return;
      return change({
        status: "monitoring",
        affected: [],
        own: { ...incident.own, recoveredAt: action.recoveredAt },
      });
    case "resolve":
      if (!isOpen || fires) return;
      return change({ resolvedAt: now });
    default:
      return action satisfies never;
  }
}
