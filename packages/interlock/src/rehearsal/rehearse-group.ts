import { describeAll, type AtHome } from "./at-home.ts";
import { examineState, isExecutable, type Examined, type Outcome } from "./examine-state.ts";
import { findAtBaseline, findAtLaterState, type Found } from "./find-homes.ts";
import { keepHomes } from "./kept-homes.ts";
import type { Kept } from "./kept-prepared.ts";
import { TypeNames } from "./named-shape.ts";
import { liveStatement } from "./waiting/live-statement.ts";
import type { RehearsedWorkload, StatementResult } from "./rehearsal.ts";
import type { RecordedStep } from "./step-effects.ts";
import { walk, type Place, type Way } from "./walk.ts";

/** Workloads that have the same home. */
export interface Group extends Way {
  home: number;
  workloads: readonly RehearsedWorkload[];
}

export interface GroupResult {
  results: Map<RehearsedWorkload, StatementResult[]>;
  /** Of every change that was walked through. */
  steps: readonly (readonly RecordedStep[])[];
}

/** How far a group has to go: whoever is live meets every change. */
export function lastState({ home, workloads, changes }: Group): number {
  const met = isLive(workloads) ? changes.length : -1;
  return Math.max(home === 0 ? 0 : -1, met, ...workloads.flatMap(({ states }) => states));
}

function isLive(workloads: readonly RehearsedWorkload[]): boolean {
  return workloads.some(({ live }) => live === true);
}

/**
 * Rehearses the workloads of one home. At the baseline they are looked at on the way; those of a later
 * state are first given their parameters there, in a copy of their own, unless `found` brings them.
 * `last` is how far to go; `visitLast` is called in the last state, where it may leave rows behind.
 */
export async function rehearseGroup(
  group: Group,
  {
    found: given,
    last = lastState(group),
    visitLast,
  }: { found?: Found | undefined; last?: number; visitLast?: (place: Place) => Promise<void> } = {},
): Promise<GroupResult> {
  let found = given;
  const first =
    found !== undefined || group.home === 0
      ? []
      : await walk(group, { last: group.home }, async ({ trials, state }) => {
          if (state === group.home) found = await findAtLaterState({ ...group, trials });
        });
  const examination = new Examination(group);
  const second =
    last < 0
      ? []
      : await walk(group, { last, waiting: isLive(group.workloads) }, async (place) => {
          found ??= await findAtBaseline({ ...group, trials: place.trials });
          await examination.visit(place, found);
          if (place.state === last) await visitLast?.(place);
        });
  return { results: examination.results(found), steps: second.length > first.length ? second : first };
}

/** Gathers what every statement of a group does in every state. */
class Examination {
  readonly #group: Group;
  readonly #typeNames = new TypeNames();
  readonly #examined = new Map<AtHome, Examined>();
  readonly #outcomes = new Map<AtHome, Outcome[]>();

  constructor(group: Group) {
    this.#group = group;
  }

  async visit(place: Place, found: Found): Promise<void> {
    const { trials, kept, state, waiting } = place;
    const { atHome, late, uniqueness, known } = found;
    const here = this.#group.workloads
      .filter(({ states }) => states.includes(state))
      .flatMap((workload) => atHome.get(workload) ?? [])
      .filter(({ broken }) => broken === undefined);
    if (here.length === 0) return;
    const statements = here.map((home) => this.#one(home));
    // With rows that every trial needs first, what these lock can't be told from what the statement locks.
    const locks = waiting !== undefined && late.length === 0;
    const isKnown = state === 0 && known !== undefined && (known.hasLocks || !locks);
    if (isKnown) await warmUp(place, statements);
    const seen = isKnown
      ? here.map((home) => known.outcomes.get(home))
      : await examineState(
          { trials, kept, typeNames: this.#typeNames },
          { state, statements, before: late, uniqueness, locks },
        );
    const live = new Set(
      this.#group.workloads.filter((one) => one.live === true).flatMap((one) => atHome.get(one) ?? []),
    );
    waiting?.enter(
      here.flatMap((home, index) => {
        const outcome = seen[index];
        return outcome === undefined || !live.has(home) ? [] : liveStatement(home, outcome);
      }),
    );
    here.forEach((home, index) => {
      const outcome = seen[index];
      if (outcome !== undefined) this.#outcomes.set(home, [...(this.#outcomes.get(home) ?? []), outcome]);
    });
    if (state === 0 && this.#group.home === 0 && !isKnown) await this.#keep(found, locks);
  }

  /** Leaves what was found at the baseline to whoever asks the same of a warm shadow. */
  async #keep({ atHome, uniqueness }: Found, hasLocks: boolean): Promise<void> {
    const { baseline, workloads } = this.#group;
    const homes = workloads.map((workload) => atHome.get(workload) ?? []);
    // What ran into a limit may do better another time.
    if (homes.flat().some(({ stopped }) => stopped !== undefined)) return;
    const outcomes = homes.map((list) => list.map((home) => this.#outcomes.get(home)?.[0]));
    await keepHomes(baseline, { workloads, homes, outcomes, uniqueness, hasLocks });
  }

  results(found: Found | undefined): Map<RehearsedWorkload, StatementResult[]> {
    const results = new Map<RehearsedWorkload, StatementResult[]>();
    for (const [workload, homes] of found?.atHome ?? []) {
      results.set(
        workload,
        homes.map((home) => ({ home, outcomes: this.#outcomes.get(home) ?? [], lines: new Map() })),
      );
    }
    return results;
  }

  /** The same object in every state: it is what the kept statement is known by. */
  #one(home: AtHome): Examined {
    const known = this.#examined.get(home);
    if (known !== undefined) return known;
    const values = home.parameters[0]?.values ?? home.shape.parameterTypeOids.map(() => null);
    const kept: Kept = { sql: home.statement.sql, values, hasPlan: home.statement.hasPlan };
    const one: Examined = { home, kept };
    this.#examined.set(home, one);
    return one;
  }
}

/**
 * Makes the sessions ready for the first change, where what it is compared with is known: one keeps the statements
 * prepared, and the other reads the catalog, at the same time, for what it prepares behind the change.
 */
async function warmUp({ trials, kept }: Place, statements: readonly Examined[]): Promise<void> {
  const executable = statements.filter(isExecutable);
  await Promise.all([
    kept.prepare(executable.map((one) => one.kept)),
    describeAll(
      trials,
      statements.map(({ home }) => home.statement),
    ),
  ]);
}
