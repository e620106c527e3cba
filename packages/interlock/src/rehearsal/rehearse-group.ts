import type { Client } from "pg";
import { examineAtHome, type AtHome } from "./at-home.ts";
import type { Baseline } from "./baseline.ts";
import { examineState, type Examined, type Outcome } from "./examine-state.ts";
import { KeptPrepared, type Kept } from "./kept-prepared.ts";
import { lateRows } from "./late-rows.ts";
import { TypeNames } from "./named-shape.ts";
import type { RehearsedWorkload, StatementResult } from "./rehearsal.ts";
import { fillTables, type Contents } from "./rows/fill.ts";
import { asRowsRefused } from "./rows-refused.ts";
import type { StateChange } from "./state-change.ts";
import { rehearsedStatements } from "./statement.ts";
import { StepRecorder, type Step } from "./step-effects.ts";
import { TrialSession } from "./trial-session.ts";

export interface Group {
  baseline: Baseline;
  changes: readonly StateChange[];
  home: number;
  workloads: readonly RehearsedWorkload[];
  signal?: AbortSignal;
}

export interface GroupResult {
  results: Map<RehearsedWorkload, StatementResult[]>;
  /** Of every change that was walked through. */
  steps: (readonly Step[])[];
}

interface Found {
  atHome: Map<RehearsedWorkload, AtHome[]>;
  /** See `lateRows`. */
  late: readonly string[];
}

/**
 * Rehearses the workloads of one home. At the baseline they are looked at on the way; those of a later
 * state are first given their parameters there, in a copy of their own.
 */
export async function rehearseGroup(group: Group): Promise<GroupResult> {
  const { baseline, home } = group;
  const typeNames = new TypeNames();
  let found: Found | undefined;
  const steps: (readonly Step[])[] = [];
  if (home > 0) {
    await walk(
      group,
      home,
      async ({ trials, state }) => {
        if (state !== home) return;
        const filled = await fillTables(trials.session, {
          onlyEmpty: true,
          styles: baseline.filled.contents.styles,
        });
        found = {
          atHome: await findHomes({ group, trials, typeNames, contents: filled.contents }),
          late: lateRows(filled),
        };
      },
      steps,
    );
  }
  const last = Math.max(home === 0 ? 0 : -1, ...group.workloads.flatMap(({ states }) => states));
  const outcomes = new Map<Examined, Outcome[]>();
  const examined = new Map<RehearsedWorkload, Examined[]>();
  const again: (readonly Step[])[] = [];
  await walk(
    group,
    last,
    async ({ trials, kept, state }) => {
      found ??= {
        atHome: await findHomes({ group, trials, typeNames, contents: baseline.filled.contents }),
        late: [],
      };
      if (examined.size === 0)
        for (const [workload, homes] of found.atHome) examined.set(workload, homes.map(examinedOf));
      const here = [...examined].flatMap(([workload, statements]) =>
        workload.states.includes(state) ? statements.filter((one) => one.home.broken === undefined) : [],
      );
      if (here.length === 0) return;
      const before = found.late;
      const seen = await examineState({ trials, kept, typeNames }, { state, statements: here, before });
      here.forEach((one, index) => {
        const outcome = seen[index];
        if (outcome !== undefined) outcomes.set(one, [...(outcomes.get(one) ?? []), outcome]);
      });
    },
    again,
  );
  const results = new Map<RehearsedWorkload, StatementResult[]>();
  for (const [workload, statements] of examined) {
    results.set(
      workload,
      statements.map((one) => ({ home: one.home, outcomes: outcomes.get(one) ?? [], lines: new Map() })),
    );
  }
  return { results, steps: again.length > steps.length ? again : steps };
}

function examinedOf(home: AtHome): Examined {
  const [first] = home.parameters;
  const values = first?.values ?? home.shape.parameterTypeOids.map(() => null);
  const kept: Kept = { sql: home.statement.sql, values };
  return { home, kept };
}

async function findHomes({
  group,
  trials,
  typeNames,
  contents,
}: {
  group: Group;
  trials: TrialSession;
  typeNames: TypeNames;
  contents: Contents;
}): Promise<Map<RehearsedWorkload, AtHome[]>> {
  const perWorkload = group.workloads.map((one) => rehearsedStatements(one.workload));
  const all = await examineAtHome(trials, { contents, statements: perWorkload.flat() });
  const shapes = await typeNames.name(
    trials.session,
    all.map(({ shape }) => shape),
  );
  all.forEach((one, index) => {
    if (one.broken === undefined) one.homeShape = shapes[index];
  });
  let at = 0;
  return new Map(
    group.workloads.map((one, index) => {
      const count = perWorkload[index]?.length ?? 0;
      at += count;
      return [one, all.slice(at - count, at)];
    }),
  );
}

interface Place {
  trials: TrialSession;
  kept: KeptPrepared;
  state: number;
}

/** Takes a fresh copy of the baseline through the states up to `last`, and stops in each. */
async function walk(
  { baseline, changes, signal }: Group,
  last: number,
  visit: (place: Place) => Promise<void>,
  steps: (readonly Step[])[],
): Promise<void> {
  if (last < 0) return;
  const { sandbox } = baseline;
  // What is only looked at before any change leaves nothing behind, so it needs no copy: 50 ms less.
  const isCopy = last > 0;
  const database = isCopy ? await sandbox.createDatabase(baseline.database) : baseline.database;
  const open: { client?: Client; trials?: TrialSession; keeping?: TrialSession } = {};
  try {
    const trials = (open.trials = await TrialSession.open(sandbox, database));
    const keeping = (open.keeping = await TrialSession.open(sandbox, database));
    const kept = new KeptPrepared(keeping);
    await visit({ trials, kept, state: 0 });
    if (!isCopy) return;
    const client = (open.client = await sandbox.migrator(database));
    for (const [index, change] of changes.slice(0, last).entries()) {
      signal?.throwIfAborted();
      const recorder = await StepRecorder.start(client);
      try {
        await change.apply(client, recorder.after);
      } catch (error) {
        throw asRowsRefused(error, { change: index, baseline });
      }
      steps.push(recorder.steps);
      await visit({ trials, kept, state: index + 1 });
    }
  } finally {
    await Promise.all([open.trials?.close(), open.keeping?.close(), open.client?.end()]);
    if (isCopy) await sandbox.dropDatabase(database);
  }
}
