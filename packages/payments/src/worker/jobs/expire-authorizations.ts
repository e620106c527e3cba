import { releaseAuthorization } from "../../api/paying/release-authorization.ts";
import { reportSparingly } from "../../platform/report.ts";
import type { Job } from "../job.ts";
import type { WorkerSettings } from "../settings.ts";

const mostPerRun = 200;

/** Lets go of what cards hold for payments that nobody captured in time. */
export function expireAuthorizations({ expireEveryMs }: WorkerSettings): Job {
  return {
    name: "expire-authorizations",
    everyMs: expireEveryMs,
    async run(context, signal) {
      const { database, statements } = context;
      const expired = await database.run<{ id: string }>(statements.listExpiredAuthorizations, [mostPerRun]);
      let released = 0;
      for (const { id } of expired) {
        if (signal.aborted) break;
        const { state } = await releaseAuthorization(context, { id, failureCode: "timeout" });
        if (state === "done") released += 1;
        else if (state === "refused") {
          reportSparingly("expiry", { event: "release-refused", payment: id });
        }
      }
      return released;
    },
  };
}
