import type { Step } from "../plan/plan.ts";
import type { ExecutorSession } from "./executor-session.ts";
import type { ChangeRecord, StepRecord } from "./journal-record.ts";
import type { Settings } from "./settings.ts";
import type { ShipEvent } from "./ship-event.ts";

/** What carrying out a step needs at hand. */
export interface Execution {
  session: ExecutorSession;
  settings: Settings;
  emit: (event: ShipEvent) => void;
  signal: AbortSignal | undefined;
}

/** A step in its change, as the journal had it when it was begun. */
export interface StepTask<S extends Step = Step> {
  change: ChangeRecord;
  record: StepRecord;
  step: S;
  /** App versions that must have no session when the step has its locks. */
  refusedVersions: readonly string[];
}

/** What a step took. */
export interface StepOutcome {
  lockWaitMs: number;
  lockHeldMs: number;
  rows: number | null;
  attempts: number;
}
