import type { Baseline } from "../rehearsal/baseline.ts";
import { rehearse } from "../rehearsal/rehearse.ts";
import type { Rehearsal } from "../rehearsal/rehearsal.ts";
import type { Shadow } from "../shadow/open-shadow.ts";
import { appVersion, type Workload } from "../workload/workload.ts";
import type { Assembled } from "./assemble.ts";
import type { Problem } from "../rehearsal/problem.ts";
import type { Retired, Step } from "./plan.ts";
import { runStep } from "./run-step.ts";
import { asSetting } from "./version-views/version-views.ts";

/** A statement that does not work in some state of a plan in which it must. */
export interface Break {
  role: "old" | "new";
  version: string;
  statement: string;
  /** The step after which it shows; undefined where it already fails before the first. */
  step: Step | undefined;
  sqlstate: string;
  message: string;
}

export interface StatesProof {
  breaks: Break[];
  /** Statements of the old versions that leave which fail once contract is done: what must run no more by then. */
  retired: Retired[];
  /** Statements that take part, and those of them that could be executed. */
  statements: number;
  exercised: number;
  /** States, the baseline among them. */
  states: number;
  /** Tables that had to be emptied since a step refuses generated rows. */
  emptied: string[];
  /** A step that writes a table anew while it is locked, with the table. */
  rewrites: { step: Step; relation: string }[];
  rehearsal: Rehearsal;
}

export interface ProveOptions {
  shadow: Shadow;
  baseline: Baseline;
  assembled: Assembled;
  old: readonly Workload[];
  new: readonly Workload[];
  signal?: AbortSignal;
}

/**
 * I1: runs the steps underneath the workloads. Those of the old versions must work in every state before the
 * first step of contract, those of the new ones from the end of migrate to the end.
 */
export async function proveStates(options: ProveOptions): Promise<StatesProof> {
  const { expand, migrate, contract } = options.assembled.phases;
  const steps = [...expand, ...migrate, ...contract];
  const both = expand.length + migrate.length;
  // A verification only reads: the state after it is the one before it.
  const same = (state: number): number => {
    let first = state;
    while (steps[first - 1]?.kind === "verify") first -= 1;
    return first;
  };
  const between = (from: number, to: number): number[] => [...new Set(upTo(from, to).map(same))];
  const last = same(steps.length);
  const staying = new Set(options.new.map(appVersion));
  const leaves = (workload: Workload): boolean => !staying.has(appVersion(workload));
  const rehearsal = await rehearse({
    shadow: options.shadow,
    baseline: options.baseline,
    changes: steps.map((step) => ({
      label: step.id,
      line: 1,
      apply: (client, afterStatement) => runStep(client, step, afterStatement),
    })),
    workloads: [
      ...options.old.map((workload) => ({
        workload,
        home: 0,
        states: [...new Set([...between(0, both), ...(leaves(workload) ? [last] : [])])],
      })),
      ...options.new.map((workload) => ({
        workload,
        home: last,
        states: between(both, steps.length),
        ...searchPathFor(workload, options.assembled),
      })),
    ],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const taking = rehearsal.workloads
    .flatMap(({ statements }) => statements)
    .filter(({ home }) => home.broken === undefined);
  return {
    breaks: readBreaks(rehearsal, { steps, both: same(both) }),
    retired: last > same(both) ? readRetired(rehearsal, last) : [],
    statements: taking.length,
    exercised: taking.filter(({ home }) => home.notExercised === undefined).length,
    states: between(0, steps.length).length,
    emptied: rehearsal.refusedRows.flatMap(({ tables }) => [...tables]),
    rewrites: readRewrites(rehearsal, steps),
    rehearsal: whileTheyMustWork(rehearsal, same(both)),
  };
}

/** Where a version looks for names that has views of its own. */
function searchPathFor(workload: Workload, { searchPaths }: Assembled): { searchPath?: string } {
  const own = searchPaths.find(({ versions }) => versions.includes(appVersion(workload)));
  return own === undefined ? {} : { searchPath: asSetting(own) };
}

function upTo(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

function readBreaks(
  rehearsal: Rehearsal,
  { steps, both }: { steps: readonly Step[]; both: number },
): Break[] {
  return rehearsal.workloads.flatMap(({ workload, home, statements }) =>
    statements.flatMap(({ home: atHome, outcomes }): Break[] => {
      for (const outcome of outcomes) {
        const { state } = outcome;
        if (home === 0 && state > both) continue;
        const problem = problemIn(atHome, outcome);
        if (problem === undefined) continue;
        return [
          {
            role: home === 0 ? "old" : "new",
            version: appVersion(workload),
            statement: atHome.statement.name,
            step: steps[state - 1],
            sqlstate: problem.sqlstate,
            message: problem.message,
          },
        ];
      }
      return [];
    }),
  );
}

function readRetired(rehearsal: Rehearsal, last: number): Retired[] {
  return rehearsal.workloads.flatMap(({ workload, home, statements }) =>
    statements.flatMap(({ home: atHome, outcomes }): Retired[] => {
      const outcome = home === 0 ? outcomes.find(({ state }) => state === last) : undefined;
      const problem = outcome === undefined ? undefined : problemIn(atHome, outcome);
      if (problem === undefined) return [];
      const { name, sql } = atHome.statement;
      // Not its message: that may quote a recorded value.
      return [{ version: appVersion(workload), statement: name, sql, sqlstate: problem.sqlstate }];
    }),
  );
}

type StatementResult = Rehearsal["workloads"][number]["statements"][number];

/** What keeps a statement from working in a state as it does at home. */
function problemIn(
  home: StatementResult["home"],
  { prepared, executed, cachedPlan, shape }: StatementResult["outcomes"][number],
): Pick<Problem, "sqlstate" | "message"> | undefined {
  const gone = goneColumns(home.homeShape, shape);
  return (
    prepared ??
    (executed.kind === "failed" ? executed.problem : undefined) ??
    (home.statement.prepared === true ? cachedPlan : undefined) ??
    (gone === undefined
      ? undefined
      : { sqlstate: "42703", message: `the result has no column ${gone} any more` })
  );
}

interface Shaped {
  columns: readonly { name: string }[];
}

function goneColumns(home: Shaped | undefined, here: Shaped | undefined): string | undefined {
  if (home === undefined || here === undefined) return undefined;
  return home.columns.find(({ name }) => !here.columns.some((column) => column.name === name))?.name;
}

function readRewrites(rehearsal: Rehearsal, steps: readonly Step[]): StatesProof["rewrites"] {
  return rehearsal.changes.flatMap(({ steps: done }, at) => {
    const step = steps[at];
    return step === undefined
      ? []
      : done.flatMap(({ rewrites }) => rewrites.map((relation) => ({ step, relation })));
  });
}

/** Without what the old versions do where contract has left them behind: it says nothing about whether they work. */
function whileTheyMustWork(rehearsal: Rehearsal, both: number): Rehearsal {
  return {
    ...rehearsal,
    workloads: rehearsal.workloads.map((one) =>
      one.home > 0
        ? one
        : {
            ...one,
            statements: one.statements.map((statement) => ({
              ...statement,
              outcomes: statement.outcomes.filter(({ state }) => state <= both),
            })),
          },
    ),
  };
}
