import { appVersion, type Workload } from "../../workload/workload.ts";
import { compareVersions } from "./compare-versions.ts";

/** A version, and how many of its statements PostgreSQL prepares in every state of a history. */
export interface VersionCounts {
  workload: Workload;
  /** By the number of the state: 0 is the empty database, n is after the n-th migration. */
  counts: readonly number[];
}

export interface PlacedVersion {
  workload: Workload;
  /** The state that the version was released with. */
  home: number;
}

/**
 * Says which state each version was released with. A version is at home where the most of its statements
 * prepare. It came with the migration that it is the first to need; one that needs nothing new came with the
 * first migration that the version before it does not survive, and if there is none with the state before.
 *
 * What is nowhere at home, because half of its statements or more prepare nowhere, is left out.
 */
export function placeVersions(versions: readonly VersionCounts[]): PlacedVersion[] {
  return [...Map.groupBy(versions, ({ workload }) => workload.app).values()].flatMap(placeApp);
}

function placeApp(versions: readonly VersionCounts[]): PlacedVersion[] {
  const placed: PlacedVersion[] = [];
  let before: { home: number; end: number } | undefined;
  for (const version of versions.toSorted((left, right) =>
    compareVersions(left.workload.version, right.workload.version),
  )) {
    const { workload, counts } = version;
    const most = Math.max(0, ...counts);
    if (2 * most <= workload.statements.length) continue;
    const isHome = (state: number): boolean => counts[state] === most;
    const home = homeOf(counts, { isHome, before });
    placed.push({ workload, home });
    before = { home, end: endOf(counts, { isHome, home }) };
  }
  return placed;
}

function homeOf(
  counts: readonly number[],
  {
    isHome,
    before,
  }: { isHome: (state: number) => boolean; before: { home: number; end: number } | undefined },
): number {
  const first = counts.findIndex((_, state) => isHome(state));
  if (before === undefined || first > before.home) return first;
  const breaking = before.end + 1;
  if (breaking < counts.length && isHome(breaking)) return breaking;
  const later = counts.findIndex((_, state) => state >= before.home && isHome(state));
  // A version that was numbered higher and ran on an older structure: where it fits counts.
  return later === -1 ? first : later;
}

/** The last state up to which a version stays at home. */
function endOf(
  counts: readonly number[],
  { isHome, home }: { isHome: (state: number) => boolean; home: number },
): number {
  let end = home;
  while (end + 1 < counts.length && isHome(end + 1)) end += 1;
  return end;
}

/** Versions that were left out, as they are called. */
export function unplaced(versions: readonly VersionCounts[], placed: readonly PlacedVersion[]): string[] {
  const known = new Set(placed.map(({ workload }) => workload));
  return versions.flatMap(({ workload }) => (known.has(workload) ? [] : [appVersion(workload)]));
}
