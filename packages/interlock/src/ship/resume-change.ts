import { Failure } from "../std/failure.ts";
import type { PhaseName } from "../plan/plan.ts";
import { carryOut } from "./carry-out.ts";
import { takeUp } from "./journal.ts";
import { hasJournal } from "./journal-schema.ts";
import { findOpenChange } from "./open-change.ts";
import { rollBack } from "./roll-back.ts";
import type { ExecutorOptions } from "./settings.ts";
import { noteForce } from "./ship-change.ts";
import { resultOf, type ShipResult } from "./ship-result.ts";
import { withExecutor } from "./with-executor.ts";

export interface ResumeOptions extends ExecutorOptions {
  /** How far to go; by default as far as was asked for when it was begun. */
  to?: PhaseName;
  /** The id of the change, where several are open. */
  change?: string;
}

/**
 * Goes on with the unfinished change where the journal says it stands: forward, or back where its rollback was
 * begun. Throws `Failure` "nothing-to-resume", "several-changes-open", "change-not-open", and what `shipChange` and `rollbackChange` throw.
 */
export async function resumeChange(options: ResumeOptions): Promise<ShipResult> {
  const startedAt = performance.now();
  return withExecutor(options, {
    before: async (client) => {
      if (!(await hasJournal(client))) throw nothingToResume();
    },
    work: async (execution) => {
      const { client } = execution.session;
      const open = await findOpenChange(client, options.change);
      if (open === undefined) throw nothingToResume();
      const { number, plan, state } = open;
      const target = options.to ?? open.target;
      const direction = state === "rolling-back" ? "back" : "forward";
      await takeUp(client, { number, target, decision: "resume", detail: { target, direction } });
      execution.emit({ type: "started", change: plan.id, state, target, direction, resumed: true });
      await noteForce(execution, { number, force: options.force });
      const forced = options.force !== undefined;
      const { change, outcomes } =
        direction === "back"
          ? await rollBack(execution, { number, forced, acceptsLoss: options.acceptLoss === true })
          : await carryOut(execution, { number, forced });
      return resultOf({ change, outcomes, startedAt });
    },
  });
}

function nothingToResume(): Failure {
  return new Failure({
    code: "nothing-to-resume",
    message: "No change is unfinished in this database.",
    state: "Nothing was changed.",
    next: "Begin one with `interlock ship`; `interlock status` shows the last one.",
  });
}
