import type { EventFeed } from "../../control/event-feed.ts";
import { followEvents } from "../../control/follow-events.ts";
import type { Work } from "../../control/work.ts";
import { factsOf } from "../../std/failure.ts";
import type { IncidentServices } from "../services.ts";
import { settleEnvironment } from "./settle-environment.ts";

/** Kinds of events after which there may be something to do. */
const concerning = /^(?:signal|alarm|component|incident|probe|release|shipment|partial-deployment|override)-/;

/** What the leader does: makes incidents of signals, as soon as they are raised, and goes on with them. */
export function detectionWork(services: IncidentServices & { feed: EventFeed }): Work {
  const { control, log, feed } = services;
  return {
    name: "make incidents of signals",
    run: (signal) =>
      followEvents(feed, {
        concerns: ({ kind }) => concerning.test(kind),
        everyMs: 2_000,
        signal,
        async work() {
          const rows = await control.query<{ environment: string }>(
            `select environment from interlock_control.signals where state = 'firing'
             union select environment from interlock_control.incidents where closed_at is null order by 1`,
          );
          for (const { environment } of rows) {
            try {
              const done = await settleEnvironment(services, environment);
              if (done.length > 0) log.info({ environment, done }, "incidents went on by themselves");
            } catch (error) {
              // One environment's trouble must not keep others from being looked at.
              const { code, message, why } = factsOf(error);
              log.warn(
                { environment, code, why },
                `incidents of ${environment} do not go on by themselves: ${message}`,
              );
            }
          }
        },
      }),
  };
}
