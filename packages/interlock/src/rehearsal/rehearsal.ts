import type { Workload } from "../workload/workload.ts";
import type { AtHome } from "./at-home.ts";
import type { Outcome } from "./examine-state.ts";
import type { Problem } from "./problem.ts";
import type { RecordedStep } from "./step-effects.ts";

export interface RehearsedWorkload {
  workload: Workload;
  /** The state in which the workload is known to be at home: 0 is the baseline, n is after the n-th change. */
  home: number;
  /** The states in which it must work. */
  states: readonly number[];
  /** Whether the version runs while the changes are applied: then it is seen what waits for them. */
  live?: boolean;
  /** Where its sessions look for names, as it is set; undefined for the database's own. */
  searchPath?: string;
}

export interface StatementResult {
  home: AtHome;
  /** In the order of the states; empty for a statement that is broken at home. */
  outcomes: readonly Outcome[];
  /** The line of the change after which it first breaks, by the number of the state. */
  lines: Map<number, number>;
}

export interface WorkloadResult extends RehearsedWorkload {
  statements: readonly StatementResult[];
}

interface RehearsedChange {
  label: string;
  file: string | undefined;
  line: number | undefined;
  /** Its statements, as far as the change tells them apart. */
  steps: readonly RecordedStep[];
}

/** A change that fails as long as tables hold rows of one kind. */
export interface RefusedRows {
  change: number;
  /** The tables that it is about, as displayed; empty where PostgreSQL does not say. */
  tables: readonly string[];
  problem: Problem;
}

export interface Rehearsal {
  workloads: readonly WorkloadResult[];
  changes: readonly RehearsedChange[];
  /** Tables without rows, and why. */
  notFilled: ReadonlyMap<string, string>;
  refusedRows: readonly RefusedRows[];
}
