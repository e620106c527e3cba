import { appVersionSchema } from "../api/names.ts";
import { shownNames } from "../ship/live-versions.ts";

/** Why a version counts as live. One reason is enough. */
export type LiveBecause =
  /** It has sessions now. */
  | "sessions"
  /** It had sessions a short while ago: a pool may be between two connections. */
  | "seen-lately"
  | "release-running"
  /** Its release was begun, and never said to have ended, in the time that it was to take. */
  | "release-stalled"
  /** Its release finished, and none of another version of the app has since. */
  | "released";

/** A release as far as it says what is live. */
export interface ReleaseState {
  app: string;
  version: string;
  state: "running" | "finished" | "cancelled";
  startedAt: Date;
  expectedUntil: Date;
  endedAt: Date | null;
}

/** Sessions of one `application_name` on one database, and when there were any last. */
export interface Seen {
  database: string;
  applicationName: string;
  sessions: number;
  lastSeenAt: Date;
}

export interface LiveVersion {
  appVersion: string;
  because: LiveBecause[];
  /** On all databases together, now. */
  sessions: number;
}

export interface LiveVersions {
  versions: LiveVersion[];
  /** Sessions that are neither of an app version nor of a known tool, by database. */
  unidentified: Map<string, { applicationName: string; sessions: number }[]>;
}

/**
 * Which app versions are live, and why. `seen` holds the sessions of this moment and those that were seen before;
 * `tools` are the names of sessions that are no app, each whole or up to a `*`; `known` are app versions whose names
 * PostgreSQL may have cut to 63 bytes; `graceMs` is how long a version counts as live after its last session.
 */
export function liveVersions({
  releases,
  seen,
  tools,
  known,
  graceMs,
  at,
}: {
  releases: readonly ReleaseState[];
  seen: readonly Seen[];
  tools: readonly string[];
  known: readonly string[];
  graceMs: number;
  at: Date;
}): LiveVersions {
  const found = new Map<string, { because: Set<LiveBecause>; sessions: number }>();
  const note = (appVersion: string, because: LiveBecause, sessions = 0): void => {
    const entry = found.get(appVersion) ?? { because: new Set(), sessions: 0 };
    entry.because.add(because);
    entry.sessions += sessions;
    found.set(appVersion, entry);
  };
  for (const [appVersion, because] of byRelease(releases, at)) note(appVersion, because);
  const names = namesOf([...known, ...found.keys()]);
  const unidentified: LiveVersions["unidentified"] = new Map();
  for (const { database, applicationName, sessions, lastSeenAt } of seen) {
    if (at.getTime() - lastSeenAt.getTime() > graceMs) continue;
    const versions = versionsOf(applicationName, { names, tools });
    for (const appVersion of versions) note(appVersion, sessions > 0 ? "sessions" : "seen-lately", sessions);
    if (versions.length > 0 || isTool(applicationName, tools)) continue;
    unidentified.set(database, [...(unidentified.get(database) ?? []), { applicationName, sessions }]);
  }
  const versions = [...found]
    .map(([appVersion, { because, sessions }]) => ({ appVersion, because: orderOf(because), sessions }))
    .toSorted((left, right) => (left.appVersion < right.appVersion ? -1 : 1));
  return { versions, unidentified };
}

/** The order in which reasons are told; what was seen lately says nothing more where there are sessions. */
const reasons: readonly LiveBecause[] = [
  "sessions",
  "seen-lately",
  "release-running",
  "release-stalled",
  "released",
];

function orderOf(because: ReadonlySet<LiveBecause>): LiveBecause[] {
  return reasons.filter((one) => because.has(one) && !(one === "seen-lately" && because.has("sessions")));
}

function byRelease(releases: readonly ReleaseState[], at: Date): [string, LiveBecause][] {
  const running = releases
    .filter(({ state }) => state === "running")
    .map(({ app, version, expectedUntil }): [string, LiveBecause] => [
      `${app}@${version}`,
      expectedUntil.getTime() < at.getTime() ? "release-stalled" : "release-running",
    ]);
  const last = new Map<string, ReleaseState>();
  for (const release of releases) {
    if (release.state !== "finished" || release.endedAt === null) continue;
    const other = last.get(release.app);
    if (other === undefined || (other.endedAt ?? other.startedAt) <= release.endedAt)
      last.set(release.app, release);
  }
  return [
    ...running,
    ...[...last.values()].map(({ app, version }): [string, LiveBecause] => [`${app}@${version}`, "released"]),
  ];
}

/** What PostgreSQL shows of app versions → the app versions; several where it cuts them to the same text. */
function namesOf(appVersions: readonly string[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const appVersion of new Set(appVersions)) {
    for (const name of shownNames(appVersion)) names.set(name, [...(names.get(name) ?? []), appVersion]);
  }
  return names;
}

/** A version that is known is one, whatever the tools are called: a name too wide must not hide an app. */
function versionsOf(
  applicationName: string,
  { names, tools }: { names: ReadonlyMap<string, string[]>; tools: readonly string[] },
): string[] {
  const known = names.get(applicationName);
  if (known !== undefined) return known;
  if (isTool(applicationName, tools)) return [];
  return appVersionSchema.safeParse(applicationName).success ? [applicationName] : [];
}

/** Whether a session's name is one of the tools': whole, or beginning with what stands before a `*`. */
export function isTool(applicationName: string, tools: readonly string[]): boolean {
  return tools.some((tool) =>
    tool.endsWith("*") ? applicationName.startsWith(tool.slice(0, -1)) : applicationName === tool,
  );
}
