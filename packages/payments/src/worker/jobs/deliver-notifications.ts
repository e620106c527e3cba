import { Allowances } from "../../notifications/allowances.ts";
import { deliverAll } from "../../notifications/delivery-round.ts";
import { createGuardedAgent } from "../../notifications/guarded-agent.ts";
import { createResolve } from "../../notifications/resolve-receiver.ts";
import type { Job } from "../job.ts";
import type { WorkerSettings } from "../settings.ts";

const mostInFlight = 256;
const lookEveryMs = 200;
const connectTimeoutMs = 3_000;

/** Tells merchants what happened to their payments, refunds, plans and reports. */
export function deliverNotifications(settings: WorkerSettings): Job {
  const { notificationTimeoutMs: timeoutMs, notificationLeaseMs, retryScale, allowLoopback } = settings;
  const shared = {
    resolve: createResolve(),
    connectTimeoutMs: Math.min(connectTimeoutMs, timeoutMs),
    answerTimeoutMs: timeoutMs,
  };
  const options = {
    agents: {
      live: createGuardedAgent({ ...shared, allowLoopback: false }),
      test: createGuardedAgent({ ...shared, allowLoopback }),
    },
    allowances: new Allowances(),
    mostInFlight,
    // A worker that is killed has its notifications delivered by another one when this has passed.
    leaseMs: Math.max(notificationLeaseMs, 2 * timeoutMs),
    lookEveryMs,
    timeoutMs,
    retryScale,
  };
  return {
    name: "deliver-notifications",
    everyMs: lookEveryMs,
    async run(context, signal) {
      await deliverAll(context, options, signal);
      // It has looked until there was nothing left.
      return 0;
    },
  };
}
