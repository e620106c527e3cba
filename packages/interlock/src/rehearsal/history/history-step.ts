import type { Migration } from "../../migration/migration.ts";
import type { Workload } from "../../workload/workload.ts";

/** One change of a history, with what the database had before it and the versions around it. */
export interface HistoryStep {
  baseline: readonly Migration[];
  /** In the order in which they ran. */
  change: readonly Migration[];
  /** Versions that ran before it. */
  old: readonly Workload[];
  /** Versions that came with it. */
  new: readonly Workload[];
}
