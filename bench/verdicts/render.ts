import type { Machine } from "../machine.ts";
import type { Comparison } from "./compare.ts";
import { percent as share, renderScore, type Score } from "./peers.ts";

/** All that one run measured. */
export interface Measured {
  date: string;
  machine: Machine;
  postgresql: string;
  /** The first check, with a server that has to be started. */
  coldMilliseconds: number;
  pairs: Comparison[];
  /** The check beside a linter, over the same files. */
  scores: Score[];
}

export interface Totals {
  expectedBreaks: number;
  foundOfExpected: number;
  beyondExpected: number;
  beyondProven: number;
  ordersAsExpected: number;
  ordersRight: number;
  ordersByPreparing: number;
  recall: number;
  precision: number;
  exercised: number;
  statements: number;
  medianMilliseconds: number;
  slowestMilliseconds: number;
}

export function totalsOf(pairs: readonly Comparison[]): Totals {
  const sum = (pick: (pair: Comparison) => number): number =>
    pairs.reduce((total, pair) => total + pick(pair), 0);
  const expectedBreaks = sum((pair) => pair.expectedBreaks);
  const foundOfExpected = sum((pair) => pair.foundOfExpected);
  const beyondExpected = sum((pair) => pair.beyondExpected);
  const beyondProven = sum((pair) => pair.beyondProven);
  const times = pairs.map(({ milliseconds }) => milliseconds).toSorted((left, right) => left - right);
  return {
    expectedBreaks,
    foundOfExpected,
    beyondExpected,
    beyondProven,
    ordersAsExpected: pairs.filter(({ order, expectedOrder }) => order === expectedOrder).length,
    ordersRight: pairs.filter(hasRightOrder).length,
    ordersByPreparing: pairs.filter(
      ({ orderByPreparing, expectedOrder }) => orderByPreparing === expectedOrder,
    ).length,
    recall: foundOfExpected / Math.max(1, expectedBreaks),
    precision: (foundOfExpected + beyondProven) / Math.max(1, foundOfExpected + beyondExpected),
    exercised: sum((pair) => pair.exercised),
    statements: sum((pair) => pair.statements),
    medianMilliseconds: times[Math.floor(times.length / 2)] ?? 0,
    slowestMilliseconds: times.at(-1) ?? 0,
  };
}

function hasRightOrder({ disagreements }: Comparison): boolean {
  return disagreements.every(({ kind, isProven }) => kind !== "order" || isProven);
}

/** The figures, for people. */
export function renderTotals({ coldMilliseconds, pairs, scores }: Measured): string[] {
  const totals = totalsOf(pairs);
  return [
    `recall        ${percent(totals.recall)}  (${String(totals.foundOfExpected)} of ${String(totals.expectedBreaks)} broken statements, each after the right file)`,
    `precision     ${percent(totals.precision)}  (${String(totals.beyondExpected)} beyond expected, ${String(totals.beyondProven)} of them proven by executing)`,
    `order         ${String(totals.ordersRight)} of ${String(pairs.length)} right: ${String(totals.ordersAsExpected)} as expected, ${String(totals.ordersRight - totals.ordersAsExpected)} otherwise because execution proves a break that preparing does not show`,
    `              ${String(totals.ordersByPreparing)} of ${String(pairs.length)} as expected by what \`expected\` covers alone`,
    `exercised     ${String(totals.exercised)} of ${String(totals.statements)} statements`,
    `time per pair cold ${seconds(coldMilliseconds)}; warm median ${seconds(totals.medianMilliseconds)}, slowest ${seconds(totals.slowestMilliseconds)}`,
    "",
    ...scores.map(renderScore),
  ];
}

/** bench/results/verdicts.md */
export function renderMarkdown(measured: Measured): string {
  const { machine, pairs } = measured;
  const explained = pairs.filter(({ disagreements }) => disagreements.length > 0);
  return `${[
    "# Verdicts on 44 real release pairs",
    "",
    `\`npm run bench -- verdicts\`, ${measured.date}, PostgreSQL ${measured.postgresql}, Node ${machine.node}, ${machine.processor}, ${String(machine.cores)} cores, ${String(machine.memoryGb)} GB.`,
    "",
    "```",
    ...renderTotals(measured),
    "```",
    "",
    "`expected` says what PostgreSQL answered when every statement was prepared in every state, and which inserts leave out a column that became mandatory. What only executing shows is not in it: a finding beyond it counts as right when the rehearsal executed the statement, it failed after the change, and it had succeeded with the same parameters on the same rows before.",
    "",
    "## Beside a linter",
    "",
    "The same migration files, in the same run. A file breaks when a statement of the older release stops working after it; a pair, when one of its files does. A linter does not see the statements, so it flags what may break somebody: of squawk's rules, those about clients (`adding-required-field`, `ban-drop-column`, `ban-drop-table`, `changing-column-type`, `renaming-column`, `renaming-table`) and, separately, any.",
    "",
    "| of | who | recall | precision | right | false alarms | missed | rightly quiet |",
    "|---|---|---|---|---|---|---|---|",
    ...measured.scores.map(
      ({ who, unit, hits, falseAlarms, missed, quiet }) =>
        `| ${unit} | ${who} | ${share(hits, hits + missed)} | ${share(hits, hits + falseAlarms)} | ${String(hits)} | ${String(falseAlarms)} | ${String(missed)} | ${String(quiet)} |`,
    ),
    "",
    "## Disagreements",
    "",
    ...explained.flatMap((pair) => [
      `### ${pair.pair}`,
      "",
      ...pair.disagreements.map(
        ({ kind, what, isProven, explanation }) =>
          `- **${kind}**${isProven ? ", proven" : ""}: ${what}. ${explanation}.`,
      ),
      "",
    ]),
    "## Pairs",
    "",
    "| pair | expected | found | verdict | breaks found | beyond expected | exercised | ms |",
    "|---|---|---|---|---|---|---|---|",
    ...pairs.map(
      (pair) =>
        `| ${pair.pair} | ${pair.expectedOrder} | ${pair.order} | ${pair.verdict} | ${String(pair.foundOfExpected)} of ${String(pair.expectedBreaks)} | ${String(pair.beyondExpected)} | ${String(pair.exercised)} of ${String(pair.statements)} | ${String(pair.milliseconds)} |`,
    ),
  ].join("\n")}\n`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}
