import { digestOf } from "./digest.ts";
import type { WorkloadVersion } from "./versions.ts";

/** The workloads that a change is rehearsed under, by the part that they play. */
export interface RehearsedVersions {
  /** Versions that are live. */
  old: readonly WorkloadVersion[];
  /** The version that comes with the change. */
  new: readonly WorkloadVersion[];
}

/** The same for the same change under the same workloads, in whatever order they are named. */
export function rehearsalKey(change: string, versions: RehearsedVersions): string {
  return digestOf({ change, old: inOrder(versions.old), new: inOrder(versions.new) });
}

export function inOrder(versions: readonly WorkloadVersion[]): WorkloadVersion[] {
  return versions
    .map(({ appVersion, sha256 }) => ({ appVersion, sha256 }))
    .toSorted((left, right) => (left.appVersion < right.appVersion ? -1 : 1));
}
