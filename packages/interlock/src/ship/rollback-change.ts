import { Failure } from "../std/failure.ts";
import { readChange, takeUp } from "./journal.ts";
import { hasJournal } from "./journal-schema.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";
import { findOpenChange } from "./open-change.ts";
import { refusePastReturn, rollBack } from "./roll-back.ts";
import type { ExecutorOptions } from "./settings.ts";
import { noteForce } from "./ship-change.ts";
import { resultOf, type ShipResult } from "./ship-result.ts";
import { withExecutor } from "./with-executor.ts";

export interface RollbackOptions extends ExecutorOptions {
  /** The id of the change, where several are open. */
  change?: string;
}

/**
 * Takes the unfinished change back: undoes its done steps, the last one first. First the new version must have
 * gone, since it needs what is taken away.
 *
 * Throws `Failure` "nothing-to-roll-back", "several-changes-open", "change-not-open", "past-the-point-of-no-return",
 * "new-version-live", "rows-in-the-way", "loss-not-accepted", and what `shipChange` throws for locks, sessions and
 * steps.
 */
export async function rollbackChange(options: RollbackOptions): Promise<ShipResult> {
  const startedAt = performance.now();
  return withExecutor(options, {
    before: async (client) => {
      if (!(await hasJournal(client))) throw nothingToRollBack(undefined);
    },
    work: async (execution) => {
      const { client } = execution.session;
      const open = await findOpenChange(client, options.change);
      if (open === undefined) throw nothingToRollBack(await readChange(client));
      refusePastReturn(open);
      const { number, plan, state, target } = open;
      await takeUp(client, { number, target, decision: "rollback", detail: { from: state } });
      execution.emit({
        type: "started",
        change: plan.id,
        state,
        target,
        direction: "back",
        resumed: state === "rolling-back",
      });
      await noteForce(execution, { number, force: options.force });
      const { change, outcomes } = await rollBack(execution, {
        number,
        forced: options.force !== undefined,
        acceptsLoss: options.acceptLoss === true,
      });
      return resultOf({ change, outcomes, startedAt });
    },
  });
}

function nothingToRollBack(last: ChangeRecord | undefined): Failure {
  return new Failure({
    code: "nothing-to-roll-back",
    message: "No change is unfinished in this database.",
    ...(last === undefined
      ? {}
      : { why: `The last one, ${last.plan.id}, has ended. ${meaningOf(last.state)}` }),
    state: "Nothing was changed.",
    next: "What is done is taken back by another change, in the other direction.",
  });
}
