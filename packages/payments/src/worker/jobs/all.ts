import type { Job } from "../job.ts";
import type { WorkerSettings } from "../settings.ts";
import { addCredits } from "./add-credits.ts";
import { deliverNotifications } from "./deliver-notifications.ts";
import { endChallenges } from "./end-challenges.ts";
import { expireAuthorizations } from "./expire-authorizations.ts";
import { forgetIdempotencyKeys } from "./forget-idempotency-keys.ts";
import { forgetNotifications } from "./forget-notifications.ts";
import { makeAccountingReports } from "./make-accounting-reports.ts";
import { payInstalments } from "./pay-instalments.ts";
import { recoverOperations } from "./recover-operations.ts";

/** Everything that the worker does, each in a loop of its own. */
export function allJobs(settings: WorkerSettings): Job[] {
  return [
    deliverNotifications(settings),
    recoverOperations(settings),
    endChallenges(settings),
    expireAuthorizations(settings),
    forgetIdempotencyKeys,
    forgetNotifications,
    payInstalments,
    makeAccountingReports,
    addCredits,
  ];
}
