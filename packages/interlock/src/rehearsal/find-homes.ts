import { examineAtHome, type AtHome } from "./at-home.ts";
import type { Baseline } from "./baseline.ts";
import type { Outcome } from "./examine-state.ts";
import { findKeptHomes, type KeptHomes } from "./kept-homes.ts";
import { lateRows } from "./late-rows.ts";
import { TypeNames } from "./named-shape.ts";
import type { RehearsedWorkload } from "./rehearsal.ts";
import { fillTables, type Contents } from "./rows/fill.ts";
import { rehearsedStatements } from "./statement.ts";
import type { TrialSession } from "./trial-session.ts";
import { printOfUniqueness } from "./write-again.ts";

/** What was found where workloads are at home. */
export interface Found {
  atHome: ReadonlyMap<RehearsedWorkload, readonly AtHome[]>;
  /** See `lateRows`. */
  late: readonly string[];
  /** See `printOfUniqueness`. */
  uniqueness: string;
  /** What they did at the baseline, where a warm shadow knew it already. */
  known?: { outcomes: ReadonlyMap<AtHome, Outcome>; hasLocks: boolean };
}

interface At {
  baseline: Baseline;
  workloads: readonly RehearsedWorkload[];
  trials: TrialSession;
}

/** Shapes and parameters of the statements of workloads that are at home at the baseline. */
export async function findAtBaseline({ baseline, ...at }: At): Promise<Found> {
  const kept = await findKeptHomes(baseline, at.workloads);
  if (kept !== undefined) return asFound(kept, at.workloads);
  const atHome = await findIn({ ...at, contents: baseline.filled.contents });
  return { atHome, late: [], uniqueness: await printOfUniqueness(at.trials.session) };
}

function asFound(
  { homes, outcomes, uniqueness, hasLocks }: KeptHomes,
  workloads: readonly RehearsedWorkload[],
): Found {
  const known = homes.flatMap((list, at) =>
    list.flatMap((home, index): [AtHome, Outcome][] => {
      const outcome = outcomes[at]?.[index];
      return outcome === undefined ? [] : [[home, outcome]];
    }),
  );
  return {
    atHome: new Map(workloads.map((workload, at) => [workload, homes[at] ?? []])),
    late: [],
    uniqueness,
    known: { outcomes: new Map(known), hasLocks },
  };
}

/** The same for workloads of a later state. Fills the tables that are empty there, and these rows stay. */
export async function findAtLaterState({ baseline, ...at }: At): Promise<Found> {
  const { styles } = baseline.filled.contents;
  await at.trials.reopen();
  const filled = await fillTables(at.trials.session, { onlyEmpty: true, styles });
  const atHome = await findIn({ ...at, contents: filled.contents });
  return { atHome, late: lateRows(filled), uniqueness: await printOfUniqueness(at.trials.session) };
}

async function findIn({
  workloads,
  trials,
  contents,
}: {
  workloads: readonly RehearsedWorkload[];
  trials: TrialSession;
  contents: Contents;
}): Promise<Map<RehearsedWorkload, AtHome[]>> {
  const perWorkload = workloads.map((one) => rehearsedStatements(one.workload));
  const all = await examineAtHome(trials, { contents, statements: perWorkload.flat() });
  await trials.reopen();
  const shapes = await new TypeNames().name(
    trials.session,
    all.map(({ shape }) => shape),
  );
  all.forEach((one, index) => {
    if (one.broken === undefined) one.homeShape = shapes[index];
  });
  let at = 0;
  return new Map(
    workloads.map((one, index) => {
      const count = perWorkload[index]?.length ?? 0;
      at += count;
      return [one, all.slice(at - count, at)];
    }),
  );
}
