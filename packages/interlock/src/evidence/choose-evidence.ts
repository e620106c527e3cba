import type { EvidenceState } from "./facts.ts";
import { rehearsalKey, type RehearsedVersions } from "./rehearsal-key.ts";
import type { KnownChange, KnownRehearsal } from "./relevant-changes.ts";
import type { WorkloadVersion } from "./versions.ts";

/** The rehearsal that tells of a change with these versions, or how far it is. */
export interface ChosenEvidence {
  state: EvidenceState;
  rehearsal: KnownRehearsal | null;
}

/** The part that each version plays in a change: the one that comes with it is the new one, all others are old. */
export function versionsFor(
  { appVersion }: Pick<KnownChange, "appVersion">,
  { live, own }: { live: readonly WorkloadVersion[]; own: WorkloadVersion | undefined },
): RehearsedVersions {
  return {
    old: live.filter((version) => version.appVersion !== appVersion),
    new: own === undefined ? [] : [own],
  };
}

/**
 * The rehearsal with exactly these versions, else one that is done with these and more: what it shows of each stands by
 * itself, and a plan that was proved for more was proved for these. Else how far the one that was asked for is.
 */
export function chooseEvidence(change: KnownChange, wanted: RehearsedVersions): ChosenEvidence {
  const key = rehearsalKey(change.id, wanted);
  const exact = change.rehearsals.find((rehearsal) => rehearsal.key === key);
  if (exact?.state === "done") return { state: "done", rehearsal: exact };
  const wider = change.rehearsals
    .filter((rehearsal) => rehearsal.state === "done" && rehearsal.isValid && covers(rehearsal, wanted))
    .toSorted((left, right) => size(left) - size(right))[0];
  if (wider !== undefined) return { state: "done", rehearsal: wider };
  return { state: exact?.state ?? "missing", rehearsal: exact ?? null };
}

function covers(rehearsal: KnownRehearsal, wanted: RehearsedVersions): boolean {
  const either = [...rehearsal.old, ...rehearsal.new];
  return (
    wanted.new.every((version) => rehearsal.new.some((one) => isSame(one, version))) &&
    wanted.old.every((version) => either.some((one) => isSame(one, version)))
  );
}

function isSame(one: WorkloadVersion, other: WorkloadVersion): boolean {
  return one.appVersion === other.appVersion && one.sha256 === other.sha256;
}

function size(rehearsal: KnownRehearsal): number {
  return rehearsal.old.length + rehearsal.new.length;
}
