import type { JournalChange } from "../environment/journal-view.ts";
import { liveVersions } from "../environment/live-versions.ts";
import type { Observation } from "../environment/observer.ts";
import type { Query } from "../environment/query.ts";
import { readBaseRows, type BaseRows } from "./base-rows.ts";
import type { ChangeFact, DatabaseFact, LiveVersionFact, ReleaseFact } from "./facts.ts";
import { prepareWorkload, type Prepares } from "./prepare-workload.ts";
import { changeFacts } from "./change-facts.ts";
import { readRelevantChanges } from "./relevant-changes.ts";
import type { EvidenceServices } from "./services.ts";
import { ownWorkloads, readWorkloads, storedOf } from "./stored-workloads.ts";
import { candidateFact, databaseFact, releaseFacts, versionFact } from "./version-facts.ts";

export interface AskedEnvironment {
  /** `control.query`, or that of a transaction. */
  query: Query;
  environment: string;
  /** The moment that it is read for, by the control database's clock. */
  at: Date;
  /** A change that is asked about. */
  change?: string;
  /** A version that is asked about. */
  candidate?: string;
}

/** What is known of an environment now. */
export interface EnvironmentView extends Pick<BaseRows, "tools" | "alarms" | "shipments"> {
  databases: DatabaseFact[];
  observations: Observation[];
  versions: LiveVersionFact[];
  /** By app version, then by database. */
  prepares: Map<string, Map<string, Prepares>>;
  changes: ChangeFact[];
  releases: ReleaseFact[];
  /** The version that is asked about. */
  candidate: Pick<LiveVersionFact, "appVersion" | "hasWorkload" | "prepares" | "why"> | null;
}

/**
 * Reads all that is known of an environment, and asks for rehearsals that are missing where something is asked about.
 * Throws `Failure` "not-found".
 */
export async function readEnvironment(
  services: EvidenceServices,
  asked: AskedEnvironment,
): Promise<EnvironmentView> {
  const { query, environment, at, candidate } = asked;
  // First what shipments are under way, then the targets: one that ends in between was not under way any more to
  // the second, and the first would not know of what it left there. A look may also be a second old.
  const base = await readBaseRows(query, { environment, at });
  const observations = await services.observer.observe(environment, query, { anew: base.shippedLately });
  const seen = seenIn(observations, base, at);
  const stored = await readWorkloads(query, {
    names: [...seen.map(({ applicationName }) => applicationName), ...versionsOf(base), candidate ?? ""],
    known: base.longVersions,
  });
  const known = [...stored.keys()];
  const live = liveVersions({
    releases: base.releases,
    seen,
    tools: base.tools,
    known,
    graceMs: base.graceMs,
    at,
  });
  const wanted = [
    ...live.versions.map(({ appVersion }) => appVersion),
    ...(candidate === undefined ? [] : [candidate]),
  ];
  const changes = await readRelevantChanges(query, {
    ids: [
      ...(asked.change === undefined ? [] : [asked.change]),
      ...base.shipments.map(({ change }) => change),
    ],
    versions: wanted,
    underWay: openChanges(observations).map(({ files }) => files.join(",")),
    environment,
    candidate: candidate === undefined ? null : partsOf(candidate),
  });
  const prepares = await prepareAll(services, { query, environment, observations, versions: wanted, stored });
  const facts = await changeFacts(services, {
    asked,
    changes,
    observations,
    shipped: base.shipments.map(({ change }) => change),
    live: storedOf(
      live.versions.map(({ appVersion }) => appVersion),
      stored,
    ),
    own: await ownWorkloads(query, { changes, stored }),
    coming: storedOf(candidate === undefined ? [] : [candidate], stored)[0],
  });
  return {
    tools: base.tools,
    alarms: base.alarms,
    shipments: base.shipments,
    databases: observations.map((one) => databaseFact(one, live)),
    observations,
    versions: live.versions.map((version) => versionFact(version, { stored, prepares })),
    prepares,
    changes: facts,
    releases: releaseFacts(base, at),
    candidate: candidate === undefined ? null : candidateFact(candidate, { stored, prepares }),
  };
}

function partsOf(appVersion: string): { app: string; version: string } {
  const at = appVersion.indexOf("@");
  return { app: appVersion.slice(0, at), version: appVersion.slice(at + 1) };
}

/** Who has sessions now and who had lately. A look is of this moment: what it shows needs no clock. */
function seenIn(
  observations: readonly Observation[],
  { sightings }: BaseRows,
  at: Date,
): { database: string; applicationName: string; sessions: number; lastSeenAt: Date }[] {
  const now = observations.flatMap(({ name: database, look, problem }) =>
    problem !== null || look === null
      ? []
      : look.sessions.map((one) => ({ ...one, database, lastSeenAt: at })),
  );
  const isLooked = new Set(observations.filter(({ problem }) => problem === null).map(({ name }) => name));
  const there = new Set(now.map(({ database, applicationName }) => `${database} ${applicationName}`));
  const lately = sightings
    .filter(({ database, applicationName }) => !there.has(`${database} ${applicationName}`))
    .filter(({ database }) => observations.some(({ name }) => name === database))
    // Where the database was looked at just now and they were not there, they have no sessions any more.
    .map((one) => (isLooked.has(one.database) ? { ...one, sessions: 0 } : one));
  return [...now, ...lately];
}

function versionsOf({ releases }: BaseRows): string[] {
  return releases.map(({ app, version }) => `${app}@${version}`);
}

/** Changes that a target's journal has begun and not ended. */
export function openChanges(observations: readonly Observation[]): JournalChange[] {
  return observations.flatMap(({ look }) => {
    const journal = look?.journal;
    if (journal === undefined || journal === "not-readable") return [];
    return journal.changes.filter(({ state }) => state !== "done" && state !== "rolled-back");
  });
}

async function prepareAll(
  services: EvidenceServices,
  {
    query,
    environment,
    observations,
    versions,
    stored,
  }: {
    query: Query;
    environment: string;
    observations: readonly Observation[];
    versions: readonly string[];
    stored: ReadonlyMap<string, string>;
  },
): Promise<Map<string, Map<string, Prepares>>> {
  const { observer, texts } = services;
  const all = await Promise.all(
    storedOf([...new Set(versions)], stored).map(async (version) => {
      const byDatabase = await Promise.all(
        observations.map(async (observation) => {
          const prepares = await prepareWorkload(
            { observer, texts, query },
            { environment, observation, version },
          );
          return [observation.name, prepares] as const;
        }),
      );
      return [version.appVersion, new Map(byDatabase)] as const;
    }),
  );
  return new Map(all);
}
