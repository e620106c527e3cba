import type { Creditor } from "../../ledger/statements.ts";
import type { Job } from "../job.ts";

const mostAtOnce = 200;

/** Moves what captures have added into the balances of merchants, so that little of it is ever left for a refund to move. */
export const addCredits: Job = {
  name: "add-credits",
  everyMs: 5_000,
  async run({ database, statements }, signal) {
    const creditors = await database.run<Creditor>(statements.listCreditors, [mostAtOnce]);
    for (const { merchant_id: merchantId, is_live: isLive } of creditors) {
      if (signal.aborted) return 0;
      await database.run(statements.addCredits, [merchantId, isLive]);
    }
    return creditors.length === mostAtOnce ? creditors.length : 0;
  },
};
