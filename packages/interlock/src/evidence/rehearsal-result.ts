import type { FailureFacts } from "../std/failure.ts";
import type { MigrationFile } from "../migration/read.ts";
import type { Plan } from "../plan/plan.ts";
import type { Proof } from "../plan/plan-change.ts";
import type { CheckReport } from "../rehearsal/report/check-report.ts";
import type { Workload } from "../workload/workload.ts";

/** What a rehearsal is given: everything, so that it can be run in a process that knows nothing else. */
export interface RehearsalInput {
  files: MigrationFile[];
  baseline: MigrationFile[];
  /** Of versions that are live. */
  old: Workload[];
  /** Of the version that comes with the change. */
  new: Workload[];
  /** How long the embedded PostgreSQL stays up for the next rehearsal, in milliseconds. */
  keepShadowMs: number;
}

/** The definitions of an object before a change and after it; null where there is none. */
export interface ObjectChange {
  before: string | null;
  after: string | null;
}

/** The objects that a change makes different, by name. */
export type StructureChange = Record<string, ObjectChange>;

export interface RehearsalResult {
  report: CheckReport;
  plan: Plan | null;
  proof: Proof | null;
  /** Why no plan is offered. */
  refusal: FailureFacts | null;
  /** Null where the change does not apply. */
  catalogs: StructureChange | null;
}

/** What the process that rehearses says in the end. */
export type RehearsalReply = { result: RehearsalResult } | { failure: FailureFacts };
