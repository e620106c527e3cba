import type { LiveVersion, LiveVersions } from "../environment/live-versions.ts";
import type { Observation } from "../environment/observer.ts";
import type { BaseRows } from "./base-rows.ts";
import type { DatabaseFact, LiveVersionFact, ReleaseFact } from "./facts.ts";
import type { Prepares } from "./prepare-workload.ts";

/** A database as decisions see it. */
export function databaseFact(
  { name, isCanary, look, problem }: Observation,
  live: LiveVersions,
): DatabaseFact {
  return {
    name,
    isCanary,
    observedAt: look?.at.toISOString() ?? null,
    problem,
    unidentified: live.unidentified.get(name) ?? [],
  };
}

interface Shown {
  stored: ReadonlyMap<string, string>;
  prepares: ReadonlyMap<string, ReadonlyMap<string, Prepares>>;
}

/** A live version as decisions see it. */
export function versionFact({ appVersion, because, sessions }: LiveVersion, shown: Shown): LiveVersionFact {
  return { ...candidateFact(appVersion, shown), because, sessions };
}

/** Whether a version's workload is there, and prepares on every database. */
export function candidateFact(
  appVersion: string,
  { stored, prepares }: Shown,
): Pick<LiveVersionFact, "appVersion" | "hasWorkload" | "prepares" | "why"> {
  if (!stored.has(appVersion)) {
    return { appVersion, hasWorkload: false, prepares: "unknown", why: "its workload was not pushed" };
  }
  const each = [...(prepares.get(appVersion)?.values() ?? [])];
  const worst =
    each.find(({ fit }) => fit === "breaks") ?? each.find(({ fit }) => fit === "unknown") ?? each[0];
  if (worst === undefined) {
    return {
      appVersion,
      hasWorkload: true,
      prepares: "unknown",
      why: "there is no database to prepare it on",
    };
  }
  const why = each.filter(({ fit }) => fit === worst.fit).map((one) => one.why);
  return { appVersion, hasWorkload: true, prepares: worst.fit, why: why.filter(Boolean).join("; ") };
}

/** Releases that run. */
export function releaseFacts({ releases }: BaseRows, at: Date): ReleaseFact[] {
  return releases
    .filter(({ state }) => state === "running")
    .map(({ id, app, version, startedBy, startedAt, expectedUntil }) => ({
      release: id,
      appVersion: `${app}@${version}`,
      startedBy,
      startedAt: startedAt.toISOString(),
      isStalled: expectedUntil.getTime() < at.getTime(),
    }));
}
