import type { Shadow } from "../shadow/open-shadow.ts";
import type { Baseline } from "./baseline.ts";
import { locateLines, type Broken } from "./locate-lines.ts";
import { breakOf } from "./first-break.ts";
import type { Rehearsal, RefusedRows, RehearsedWorkload, WorkloadResult } from "./rehearsal.ts";
import { findAtLaterState, type Found } from "./find-homes.ts";
import { lastState, rehearseGroup, type Group } from "./rehearse-group.ts";
import { nextStyles, plainRows, type RowStyles } from "./rows/row-style.ts";
import { RowsRefused } from "./rows-refused.ts";
import type { StateChange } from "./state-change.ts";
import type { RecordedStep } from "./step-effects.ts";

export type { Rehearsal } from "./rehearsal.ts";

export interface RehearseOptions {
  shadow: Shadow;
  baseline: Baseline;
  changes: readonly StateChange[];
  workloads: readonly RehearsedWorkload[];
  signal?: AbortSignal;
}

/** How often other rows are made for the sake of a change that refuses those there are. */
const mostRetries = 10;

/**
 * Runs the changes on copies of the baseline underneath the workloads and notes what every statement does
 * in every state that it must work in. What a change throws goes through when rows are not the reason.
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  options.baseline.sandbox.begin();
  const refusedRows: RefusedRows[] = [];
  let styles: RowStyles | undefined = plainRows;
  let { baseline } = options;
  try {
    for (;;) {
      try {
        return { ...(await rehearseOn(options, baseline)), refusedRows };
      } catch (error) {
        if (!(error instanceof RowsRefused)) throw error;
        styles = nextStyles(styles, error.refused);
        if (styles === undefined || refusedRows.length >= mostRetries) throw error.thrown;
        const { change, tables, mentioned, problem } = error.refused;
        refusedRows.push({ change, tables: tables.length > 0 ? tables : mentioned, problem });
        if (baseline !== options.baseline) await baseline.drop();
        baseline = await options.baseline.withRows(styles);
      }
    }
  } finally {
    if (baseline !== options.baseline) await baseline.drop();
  }
}

async function rehearseOn(
  { changes, workloads, signal }: RehearseOptions,
  baseline: Baseline,
): Promise<Omit<Rehearsal, "refusedRows">> {
  const groupOf = (home: number, searchPath?: string): Group => ({
    baseline,
    changes,
    home,
    searchPath,
    workloads: workloads.filter((one) => one.home === home && one.searchPath === searchPath),
    ...(signal === undefined ? {} : { signal }),
  });
  const base = groupOf(0);
  const end = workloads.length === 0 ? changes.length : lastState(base);
  // Where the way of the first group ends, those that are at home there are given their parameters: it saves
  // them a way of their own.
  const late = [
    ...Map.groupBy(workloads, ({ home, searchPath }) => JSON.stringify([home, searchPath])).values(),
  ]
    .flatMap(([first]) => (first === undefined ? [] : [first]))
    .filter(({ home, searchPath }) => home > 0 || searchPath !== undefined)
    .map(({ home, searchPath }) => groupOf(home, searchPath));
  const ending = late.find(({ home }) => home === end);
  let found: Found | undefined;
  const groups = [
    await rehearseGroup(base, {
      last: end,
      visitLast: async ({ trials }) => {
        if (ending !== undefined) found = await findAtLaterState({ ...ending, trials });
      },
    }),
  ];
  for (const group of late) {
    groups.push(await rehearseGroup(group, group === ending ? { found } : {}));
  }
  const results = new Map(groups.flatMap((group) => [...group.results]));
  const longest = mergeSteps(groups.map((group) => group.steps));
  const done = workloads.map((one): WorkloadResult => ({ ...one, statements: results.get(one) ?? [] }));
  await addLines({ baseline, changes, workloads: done });
  return {
    workloads: done,
    changes: changes.map(({ label, file, line }, index) => ({
      label,
      file,
      line,
      steps: longest[index] ?? [],
    })),
    notFilled: baseline.notFilled,
  };
}

/** The steps of the longest way, with what was seen to wait on each of the ways. */
function mergeSteps(ways: readonly (readonly (readonly RecordedStep[])[])[]): (readonly RecordedStep[])[] {
  const longest = ways.reduce((one, other) => (other.length > one.length ? other : one), []);
  return longest.map((steps, change) =>
    steps.map((step, index) => {
      const seen = ways.flatMap((way) => way[change]?.[index]?.traffic ?? []);
      const [first] = seen;
      if (first === undefined) return step;
      return { ...step, traffic: { ...first, waits: seen.flatMap(({ waits }) => waits) } };
    }),
  );
}

/** Finds the lines of what breaks on the way from home; a workload ahead of its home has no line to blame. */
async function addLines({
  baseline,
  changes,
  workloads,
}: {
  baseline: Baseline;
  changes: readonly StateChange[];
  workloads: readonly WorkloadResult[];
}): Promise<void> {
  const broken = workloads.flatMap(({ statements, home }) =>
    statements.flatMap((result): Broken[] =>
      result.outcomes
        .filter(({ state }) => state > home)
        .flatMap((outcome, index, later): Broken[] => {
          const kind = breakOf(result.home, outcome);
          const before = later[index - 1];
          const isFirst = before === undefined || breakOf(result.home, before) !== kind;
          const knowsLine = changes[outcome.state - 1]?.line !== undefined;
          return kind !== undefined && isFirst && !knowsLine ? [{ result, outcome, kind }] : [];
        }),
    ),
  );
  if (broken.length > 0) await locateLines({ baseline, changes, broken });
}
