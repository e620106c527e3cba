import type { EventFeed } from "../control/event-feed.ts";
import { followEvents } from "../control/follow-events.ts";
import type { Work } from "../control/work.ts";
import { sleep } from "../std/sleep.ts";
import type { Publication } from "./publication.ts";
import type { BucketWriter } from "./write/bucket-writer.ts";

/** What may change the page; whatever else happens, it is looked at every minute. */
const concerning = /^(?:incident|update|maintenance|component|status-page|postmortem|action)-/;
const lookEveryMs = 60_000;

/** Every server publishes the page to its own memory and directory, as soon as anything on it changes. */
export function publishWork(publication: Publication, feed: EventFeed): Work {
  return {
    name: "publish the status page",
    async run(signal) {
      await followEvents(feed, {
        concerns: ({ kind }) => concerning.test(kind),
        everyMs: lookEveryMs,
        signal,
        work: async () => publication.publish(),
      });
    },
  };
}

/** How long a bucket that does not take the page is left alone: one second at first, a minute at most. */
const firstPauseMs = 1_000;

/** The leader writes to the bucket what it has rendered itself; a bucket that fails is tried again and again. */
export function bucketWork(publication: Publication, writer: BucketWriter): Work {
  return {
    name: "write the status page to the bucket",
    async run(signal) {
      let pauseMs = firstPauseMs;
      while (!signal.aborted) {
        const { generation, site } = publication;
        if (site !== undefined) {
          try {
            await writer.write(site, signal);
            publication.report(writer.place, { writtenAt: new Date() });
            pauseMs = firstPauseMs;
          } catch (error) {
            if (signal.aborted) return;
            publication.report(writer.place, { error });
            await sleep(pauseMs, signal).catch(() => undefined);
            pauseMs = Math.min(pauseMs * 2, lookEveryMs);
            continue;
          }
        }
        await publication.changed(generation, signal);
      }
    },
  };
}
