import { recoverOperation } from "../../api/recover.ts";
import { recoverPending } from "../../recovery/recover.ts";
import type { Job } from "../job.ts";
import type { WorkerSettings } from "../settings.ts";

/** Gives operations whose outcome nobody wrote down (a lost answer, a killed process) the outcome they had. */
export function recoverOperations({ recoverAfterMs, recoverEveryMs }: WorkerSettings): Job {
  return {
    name: "recover-operations",
    everyMs: recoverEveryMs,
    run: async (context, signal) =>
      recoverPending({
        database: context.database,
        listPending: context.statements.listPending,
        kinds: ["payment", "capture", "release", "refund"],
        olderThanSeconds: recoverAfterMs / 1_000,
        settle: async (operation) => recoverOperation(context, operation),
        signal,
      }),
  };
}
