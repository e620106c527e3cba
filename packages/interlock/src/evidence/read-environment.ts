import type { JournalChange } from "../environment/journal-view.ts";
import { liveVersions, type LiveVersion, type LiveVersions } from "../environment/live-versions.ts";
import type { Observation } from "../environment/observer.ts";
import type { Query } from "../environment/query.ts";
import { readBaseRows, type BaseRows } from "./base-rows.ts";
import type { ChangeFact, DatabaseFact, LiveVersionFact, ReleaseFact } from "./facts.ts";
import { prepareWorkload, type Prepares } from "./prepare-workload.ts";
import { changeFacts } from "./change-facts.ts";
import { readRelevantChanges, type KnownChange } from "./relevant-changes.ts";
import type { EvidenceServices } from "./services.ts";
import type { WorkloadVersion } from "./versions.ts";

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
  const live = liveVersions({ releases: base.releases, seen, tools: base.tools, known, at });
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
    app: candidate === undefined ? null : candidate.slice(0, candidate.indexOf("@")),
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

/** The hashes of the workloads that are stored, by app version. */
async function readWorkloads(
  query: Query,
  { names, known }: { names: readonly string[]; known: readonly string[] },
): Promise<Map<string, string>> {
  const split = [...new Set([...names, ...known])].flatMap((name) => {
    const at = name.indexOf("@");
    return at < 1 ? [] : [{ app: name.slice(0, at), version: name.slice(at + 1) }];
  });
  const rows = await query<{ name: string; sha256: string }>(
    `select w.app || '@' || w.version as name, w.sha256 from interlock_control.workloads w
       join jsonb_to_recordset($1::jsonb) as one (app text, version text) using (app, version)`,
    [JSON.stringify(split)],
  );
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

/** Those of the versions that changes bring: they may be neither live nor asked about. */
async function ownWorkloads(
  query: Query,
  { changes, stored }: { changes: readonly KnownChange[]; stored: ReadonlyMap<string, string> },
): Promise<Map<string, WorkloadVersion>> {
  const names = changes.flatMap(({ appVersion }) => appVersion ?? []);
  const missing = names.filter((name) => !stored.has(name));
  const more =
    missing.length === 0
      ? new Map<string, string>()
      : await readWorkloads(query, { names: missing, known: [] });
  return new Map(
    names.flatMap((appVersion) => {
      const sha256 = stored.get(appVersion) ?? more.get(appVersion);
      return sha256 === undefined ? [] : [[appVersion, { appVersion, sha256 }] as const];
    }),
  );
}

function storedOf(names: readonly string[], stored: ReadonlyMap<string, string>): WorkloadVersion[] {
  return names.flatMap((appVersion) => {
    const sha256 = stored.get(appVersion);
    return sha256 === undefined ? [] : [{ appVersion, sha256 }];
  });
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

function databaseFact({ name, isCanary, look, problem }: Observation, live: LiveVersions): DatabaseFact {
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

function versionFact({ appVersion, because, sessions }: LiveVersion, shown: Shown): LiveVersionFact {
  return { ...candidateFact(appVersion, shown), because, sessions };
}

function candidateFact(
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

function releaseFacts({ releases }: BaseRows, at: Date): ReleaseFact[] {
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
