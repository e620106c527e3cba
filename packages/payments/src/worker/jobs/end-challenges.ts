import { recoverOperation, settleOperation } from "../../api/recover.ts";
import { settleAll } from "../../recovery/settle-all.ts";
import type { OpenChallenge } from "../../recovery/statements.ts";
import type { Job } from "../job.ts";
import type { WorkerSettings } from "../settings.ts";

const mostPerRun = 500;

/**
 * Finds out about card holders who proved who they are and never came back to our page, and ends the challenges
 * of those who don't answer: the payment then fails.
 */
export function endChallenges({ challengeMs, recoverAfterMs, challengesEveryMs }: WorkerSettings): Job {
  return {
    name: "end-challenges",
    everyMs: challengesEveryMs,
    async run(context, signal) {
      const { database, statements, acquirer } = context;
      const open = await database.run<OpenChallenge>(statements.listChallenges, [
        recoverAfterMs / 1_000,
        mostPerRun,
      ]);
      const settle = async (operation: OpenChallenge): Promise<boolean> => {
        if (operation.age_seconds * 1_000 < challengeMs) return recoverOperation(context, operation);
        const outcome = await acquirer.abandon(operation.reference);
        return settleOperation(context, { operation, outcome });
      };
      await settleAll(open, { settle, signal });
      // Those that are still open would be found again at once.
      return 0;
    },
  };
}
