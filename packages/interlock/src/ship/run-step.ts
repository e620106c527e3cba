import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { runBackfillStep } from "./run-backfill-step.ts";
import { runDdlStep } from "./run-ddl-step.ts";
import { runIndexStep } from "./run-index-step.ts";
import { runValidateStep } from "./run-validate-step.ts";
import { runVerifyStep } from "./run-verify-step.ts";
import { markRunning } from "./step-journal.ts";

/** Carries out one step, whatever its kind. When it returns, the journal has it as done. */
export async function runStep(execution: Execution, task: StepTask): Promise<StepOutcome> {
  const { change, record, step } = task;
  // An index step says so itself, once it has seen that the index's name is free.
  if (step.kind !== "index") {
    await markRunning(execution.session.client, { number: change.number, ordinal: record.ordinal });
  }
  switch (step.kind) {
    case "ddl":
      return runDdlStep(execution, { ...task, step });
    case "validate":
      return runValidateStep(execution, { ...task, step });
    case "index":
      return runIndexStep(execution, { ...task, step });
    case "backfill":
    case "copy":
      return runBackfillStep(execution, { ...task, step });
    case "verify":
      return runVerifyStep(execution, { ...task, step });
  }
}
