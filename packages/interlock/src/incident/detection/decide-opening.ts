import type { Affected, DetectionAction, DetectionFacts, IncidentFact, SignalFact } from "./facts.ts";
import type { Policy, Priority } from "./policy.ts";

/** Troubles that begin within this time of each other are taken for the same. */
const sameTroubleMs = 10 * 60_000;
/** One that was resolved within this time is opened again instead of a new one. */
const reopenWithinMs = 30 * 60_000;
/** So many in an hour open themselves at most; what comes then is put to the latest. */
export const mostOpenedInAnHour = 5;

interface Declared {
  signal: SignalFact;
  affected: Affected;
  policy: Policy;
}

/** What signals that nobody has taken up are put to. */
export function decideOpening(facts: DetectionFacts): DetectionAction[] {
  const { signals, components, incidents } = facts;
  const loose = signals.filter(({ incident }) => incident === null);
  const declared = loose
    .flatMap((signal): Declared[] => {
      const policy = components.find(({ key }) => key === signal.component)?.policy ?? null;
      const isConfirmed = signal.state === "firing" && signal.severity === "critical";
      if (!isConfirmed || policy === null || signal.component === null) return [];
      return [{ signal, policy, affected: { component: signal.component, status: policy.status } }];
    })
    .toSorted((left, right) => left.signal.startedAt.getTime() - right.signal.startedAt.getTime());
  const homes = new Map<string, { declared: Declared[]; why: string }>();
  const homeless: Declared[] = [];
  for (const one of declared) {
    const home = homeOf(one.signal, incidents);
    if (home === undefined) homeless.push(one);
    else {
      const known = homes.get(home.incident.id) ?? { declared: [], why: home.why };
      homes.set(home.incident.id, { ...known, declared: [...known.declared, one] });
    }
  }
  const attached = [...homes].map(([id, home]) =>
    attach(
      incidents.find((one) => one.id === id),
      home,
    ),
  );
  const known = declared.map(({ signal }) => signal.id);
  return [
    ...attached.flat(),
    // The first trouble only: what comes after it may belong to the incident that is opened for it.
    ...(homeless.length === 0 ? [] : [house(firstTrouble(homeless), facts)]),
    ...decideEvidence(
      loose.filter(({ id }) => !known.includes(id)),
      incidents,
    ),
  ];
}

/** The open incident that a signal is about. */
function homeOf(
  signal: SignalFact,
  incidents: readonly IncidentFact[],
): { incident: IncidentFact; why: string } | undefined {
  const { component, culprits, startedAt } = signal;
  const affecting = incidents.find(
    ({ affected, everAffected }) =>
      component !== null && (affected.includes(component) || everAffected.includes(component)),
  );
  if (affecting !== undefined) return { incident: affecting, why: "it affects the component" };
  const named = incidents.find((one) => one.culprits.some((culprit) => culprits.includes(culprit)));
  if (named !== undefined) return { incident: named, why: "the same change is named" };
  const near = incidents.find(
    (one) => Math.abs(one.startedAt.getTime() - startedAt.getTime()) <= sameTroubleMs,
  );
  return near === undefined ? undefined : { incident: near, why: "it began at about the same time" };
}

function attach(
  incident: IncidentFact | undefined,
  { declared, why }: { declared: readonly Declared[]; why: string },
): DetectionAction[] {
  if (incident === undefined) return [];
  const affected = affectedBy(declared).filter(({ component }) => !incident.affected.includes(component));
  const priority = highest(declared.map(({ policy }) => policy.priority));
  return [
    {
      do: "attach",
      incident: incident.id,
      signals: declared.map(({ signal }) => signal.id),
      affected,
      priority: affected.length > 0 && priority < incident.priority ? priority : null,
      why,
    },
  ];
}

/** Signals without an open incident: one that is opened again, or a new one. They are one trouble. */
function house(declared: readonly Declared[], facts: DetectionFacts): DetectionAction {
  const { now, recent, components, signals, openedLately } = facts;
  const ids = declared.map(({ signal }) => signal.id);
  const affected = affectedBy(declared);
  const before = recent.find(
    ({ affected: keys, resolvedAt }) =>
      now.getTime() - resolvedAt.getTime() <= reopenWithinMs &&
      affected.some(({ component }) => keys.includes(component)),
  );
  if (before !== undefined) return { do: "reopen", incident: before.id, signals: ids, affected };
  // Too many in too short a time: whatever goes on, another incident explains nothing.
  const [latestOpen] = facts.incidents.filter(({ own }) => own !== null).toReversed();
  const [latest] = recent;
  if (openedLately >= mostOpenedInAnHour && latestOpen !== undefined) {
    return {
      do: "attach",
      incident: latestOpen.id,
      signals: ids,
      affected,
      priority: null,
      why: "too many opened",
    };
  }
  if (openedLately >= mostOpenedInAnHour && latest !== undefined) {
    return { do: "reopen", incident: latest.id, signals: ids, affected };
  }
  const keys = affected.map(({ component }) => component);
  const fired = new Set(signals.filter(({ state }) => state === "firing").map(({ component }) => component));
  return {
    do: "open",
    priority: highest(declared.map(({ policy }) => policy.priority)),
    publish: declared.some(({ policy }) => policy.publish),
    affected,
    unaffected: components
      .filter(({ key, isHealthy }) => isHealthy && !keys.includes(key) && !fired.has(key))
      .map(({ key }) => key),
    signals: ids,
    startedAt: earliest(declared.map(({ signal }) => signal.startedAt)),
    detectedAt: earliest(declared.map(({ signal }) => signal.firstAt)),
  };
}

/** Signals that open nothing are put to an incident that affects their component: they belong to its story. */
function decideEvidence(
  signals: readonly SignalFact[],
  incidents: readonly IncidentFact[],
): DetectionAction[] {
  return incidents.flatMap((incident): DetectionAction[] => {
    const own = signals.filter(
      (signal) =>
        isAbout(signal, incident) && (signal.endedAt === null || signal.endedAt >= incident.startedAt),
    );
    if (own.length === 0) return [];
    const ids = own.map(({ id }) => id);
    const why = "it belongs to what the incident is about";
    return [{ do: "attach", incident: incident.id, signals: ids, affected: [], priority: null, why }];
  });
}

/** An alarm that no component's scope takes may still be what explains a trouble that began with it. */
function isAbout({ component, culprits, startedAt }: SignalFact, incident: IncidentFact): boolean {
  if (component !== null) return incident.affected.includes(component);
  return culprits.length > 0 && Math.abs(startedAt.getTime() - incident.startedAt.getTime()) <= sameTroubleMs;
}

/** The earliest signal, and those that began at about the same time, are about the same component or name the same change. */
function firstTrouble(declared: readonly Declared[]): Declared[] {
  const [first] = declared;
  if (first === undefined) return [];
  return declared.filter(
    ({ signal }) =>
      signal.component === first.signal.component ||
      signal.startedAt.getTime() - first.signal.startedAt.getTime() <= sameTroubleMs ||
      signal.culprits.some((culprit) => first.signal.culprits.includes(culprit)),
  );
}

function affectedBy(declared: readonly Declared[]): Affected[] {
  const found = new Map(declared.map(({ affected }) => [affected.component, affected]));
  return [...found.values()].toSorted((left, right) => (left.component < right.component ? -1 : 1));
}

/** P1 is before P2. */
function highest(priorities: readonly Priority[]): Priority {
  return priorities.toSorted()[0] ?? "P4";
}

function earliest(moments: readonly Date[]): Date {
  return new Date(Math.min(...moments.map((at) => at.getTime())));
}
