import { Histogram } from "../../packages/payments/src/shop/histogram.ts";
import { faultsOf } from "./faults-of.ts";
import type { PhaseFigures } from "./traffic.ts";
import type { Outcome } from "./trial.ts";

/** What one way of bringing a change about came to, in figures. Times in ms. */
export interface Figures {
  made: number;
  failedPayments: number;
  failedStatements: number;
  /** Rows, objects of the schema, bookings and answers that are not as they should be. */
  lost: number;
  /** Whether it was gone through with and looked through afterwards. */
  isWhole: boolean;
  /** The longest that one statement of the application took, by the server's own log; below 20 it is not told. */
  longestStatementMs: number;
  /** The longest that a payment took, from when it was due. */
  longestPaymentMs: number;
  /** By the executor's journal. */
  longestLockWaitMs: number | null;
  longestLockHeldMs: number | null;
  quiet: Latency;
  /** While the structure was changed or changed back. */
  changing: Latency;
  /** While both releases served. */
  both: Latency | null;
  /** How long the structural part took, rests left out, in seconds. */
  changingSeconds: number;
  faults: string[];
}

interface Latency {
  payments: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

const mostFaults = 12;

/** The phases in which a way of bringing about the structural part is at work. */
const changingPhases = [
  "ship",
  "rollback",
  "ship again",
  "contract",
  "psql -f",
  "start",
  "start again",
  "complete",
];
/** One release on the structure before, and nobody at work on it. */
const quietPhases = ["quiet", "quiet again"];
const bothPhases = ["both", "both again"];
/** What a new process costs on its machine belongs to no way of changing a structure. */
const rollingPhases = ["settling", "release", "release again", "retirement", "withdrawal", "comparison"];

export function figuresOf(outcome: Outcome): Figures {
  const { phases, audit, executor } = outcome;
  const of = (names: readonly string[]): PhaseFigures[] =>
    phases.filter(({ phase }) => names.includes(phase));
  const sum = (pick: (phase: PhaseFigures) => number): number =>
    phases.reduce((total, phase) => total + pick(phase), 0);
  const measured = phases.filter(({ phase }) => !rollingPhases.includes(phase));
  const both = of(bothPhases);
  const faults = faultsOf(outcome);
  const lost =
    audit === null ? 0 : audit.rows.length + audit.catalog.length + audit.money.length + audit.told.length;
  return {
    made: sum(({ made }) => made),
    failedPayments: sum(({ failed }) => failed),
    failedStatements: sum(({ statementFailures }) =>
      Object.values(statementFailures).reduce((total, count) => total + count, 0),
    ),
    lost,
    isWhole: audit !== null,
    longestStatementMs: Math.round(Math.max(0, ...phases.map(({ longestMs }) => longestMs))),
    longestPaymentMs: Math.round(Math.max(0, ...measured.map(({ maxMs }) => maxMs))),
    longestLockWaitMs: executor === null ? null : Math.round(executor.longestLockWaitMs),
    longestLockHeldMs: executor === null ? null : Math.round(executor.longestLockHeldMs),
    quiet: latencyOf(of(quietPhases)),
    changing: latencyOf(of(changingPhases)),
    both: both.length === 0 ? null : latencyOf(both),
    changingSeconds: round(of(changingPhases).reduce((total, { seconds }) => total + seconds, 0)),
    faults: [
      ...faults.slice(0, mostFaults),
      ...(faults.length > mostFaults ? [`and ${String(faults.length - mostFaults)} more`] : []),
    ],
  };
}

function latencyOf(phases: readonly PhaseFigures[]): Latency {
  const latency = new Histogram();
  for (const phase of phases) latency.merge(phase.latency);
  return { payments: latency.count, p50Ms: latency.percentileMs(0.5), p99Ms: latency.percentileMs(0.99) };
}

const round = (value: number): number => Math.round(value * 10) / 10;
