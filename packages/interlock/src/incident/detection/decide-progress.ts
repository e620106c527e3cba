import type {
  Affected,
  DetectionAction,
  DetectionFacts,
  IncidentFact,
  OwnFact,
  SignalFact,
} from "./facts.ts";

/** A trouble that keeps coming back must be quiet for twice as long each time, up to this. */
const longestCalmMs = 30 * 60_000;

/** How incidents that opened themselves go on: a culprit that was found, recovery, relapse, resolution. */
export function decideProgress(facts: DetectionFacts): DetectionAction[] {
  return facts.incidents.flatMap((incident) => {
    const { own } = incident;
    if (own === null) return [];
    return [...identify(incident, own), ...goOn(incident, { own, facts })];
  });
}

function identify({ id, status }: IncidentFact, { culprit, toldCulprit }: OwnFact): DetectionAction[] {
  if (culprit === null || culprit === toldCulprit || status !== "investigating") return [];
  return [{ do: "identify", incident: id, culprit }];
}

function goOn(
  incident: IncidentFact,
  { own, facts }: { own: OwnFact; facts: DetectionFacts },
): DetectionAction[] {
  const { id, status } = incident;
  // Only what could have opened it keeps it open: a warning that fires for days does not.
  const critical = facts.signals.filter((one) => one.incident === id && one.severity === "critical");
  // Neither does an objective, where something says what is the case now.
  const direct = critical.filter(({ isOfObjective }) => !isOfObjective);
  const signals = direct.length > 0 ? direct : critical;
  if (signals.length === 0) return [];
  const firing = signals.filter(({ state }) => state === "firing");
  if (firing.length > 0) return relapse(incident, { own, firing });
  const quietSince = new Date(Math.max(...signals.map(({ endedAt }) => endedAt?.getTime() ?? 0)));
  const quietMs = facts.now.getTime() - quietSince.getTime();
  if (status !== "monitoring") {
    return quietMs >= calmMs(own) ? [{ do: "recover", incident: id, recoveredAt: quietSince }] : [];
  }
  const resolveAfter = resolveAfterMs(own);
  const isDue =
    own.recoveredAt !== null &&
    resolveAfter !== null &&
    facts.now.getTime() - own.recoveredAt.getTime() >= resolveAfter;
  return isDue ? [{ do: "resolve", incident: id }] : [];
}

/** Back from monitoring, if it went there by itself: whom a person sent there, a person takes back. */
function relapse(
  { id, status }: IncidentFact,
  { own, firing }: { own: OwnFact; firing: readonly SignalFact[] },
): DetectionAction[] {
  if (status !== "monitoring" || own.recoveredAt === null) return [];
  const affected = firing.flatMap(({ component }): Affected[] => {
    const policy = component === null ? undefined : own.policies[component];
    return component === null || policy === undefined ? [] : [{ component, status: policy.status }];
  });
  return [{ do: "relapse", incident: id, affected }];
}

/** How long everything must be quiet. */
export function calmMs({ policies, relapses }: Pick<OwnFact, "policies" | "relapses">): number {
  const asked = Object.values(policies).map(({ recoverAfterSeconds }) => recoverAfterSeconds * 1_000);
  const calm = Math.max(0, ...asked);
  return Math.max(calm, Math.min(longestCalmMs, calm * 2 ** relapses));
}

/** Null where one of the components wants a person to resolve. */
function resolveAfterMs({ policies }: OwnFact): number | null {
  const asked = Object.values(policies).map(({ resolveAfterMinutes }) => resolveAfterMinutes);
  if (asked.length === 0 || asked.includes(null)) return null;
  return Math.max(...asked.map((minutes) => (minutes ?? 0) * 60_000));
}
