import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { AtHome } from "./at-home.ts";
import type { Baseline } from "./baseline.ts";
import type { Outcome } from "./examine-state.ts";
import type { Found } from "./find-homes.ts";
import type { RehearsedWorkload } from "./rehearsal.ts";

/** What was found of the workloads that are at home at a baseline. */
export interface KeptHomes extends Pick<Found, "uniqueness"> {
  /** By workload and statement, in the order of the workloads that were asked for. */
  homes: readonly (readonly AtHome[])[];
  /** What the statements did there; undefined for those that are broken. */
  outcomes: readonly (readonly (Outcome | undefined)[])[];
  /** Whether the outcomes say what the statements lock. */
  hasLocks: boolean;
}

/**
 * What a warm shadow has kept of the same statements on the same baseline: shapes, parameters, and what executing
 * them did. A copy of a kept baseline has the same rows, so there is nothing to find out again: two thirds of a check.
 */
export async function findKeptHomes(
  baseline: Baseline,
  workloads: readonly RehearsedWorkload[],
): Promise<KeptHomes | undefined> {
  const note = await baseline.kept?.findNote(keyOf(baseline.kept.key, workloads));
  return note === undefined ? undefined : (deserialize(note) as KeptHomes);
}

export async function keepHomes(
  baseline: Baseline,
  { workloads, ...found }: KeptHomes & { workloads: readonly RehearsedWorkload[] },
): Promise<void> {
  const { kept } = baseline;
  if (kept === undefined) return;
  // Parse trees are large, and only wanted to find parameters.
  const homes = found.homes.map((list) =>
    list.map((home) => ({ ...home, statement: { ...home.statement, node: undefined } })),
  );
  await kept.keepNote(keyOf(kept.key, workloads), serialize({ ...found, homes } satisfies KeptHomes));
}

function keyOf(baseline: string, workloads: readonly RehearsedWorkload[]): string {
  const hash = createHash("sha256").update(baseline);
  for (const { workload } of workloads) hash.update("\0").update(JSON.stringify(workload));
  return hash.digest("hex").slice(0, 32);
}
