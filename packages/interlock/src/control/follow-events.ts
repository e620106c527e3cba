import { sleep } from "../std/sleep.ts";
import type { EventFeed } from "./event-feed.ts";
import type { ControlEvent } from "./read-events.ts";

/**
 * Does work at once, whenever an event concerns it, and now and then all the same, until the signal is aborted. The
 * work is never done twice at a time; what happens meanwhile is looked at right after it. Rejects when the work does.
 */
export async function followEvents(
  feed: EventFeed,
  {
    concerns,
    everyMs,
    signal,
    work,
  }: {
    concerns: (event: ControlEvent) => boolean;
    everyMs: number;
    signal: AbortSignal;
    work: () => Promise<unknown>;
  },
): Promise<void> {
  const until = new AbortController();
  const both = AbortSignal.any([signal, until.signal]);
  let isAsked = true;
  let wake: (() => void) | undefined;
  const hear = async (): Promise<void> => {
    for await (const event of feed.follow({ signal: both })) {
      if (!concerns(event)) continue;
      isAsked = true;
      wake?.();
    }
  };
  const heard = hear();
  // Nobody waits for it before the end: a feed that breaks is noticed there, and the pause looks meanwhile.
  heard.catch(() => until.abort());
  try {
    while (!both.aborted) {
      isAsked = false;
      await work();
      // Set by the listener above while the work was done.
      if (isAsked as boolean) continue;
      const waited = new AbortController();
      wake = () => waited.abort();
      await sleep(everyMs, AbortSignal.any([both, waited.signal])).catch(() => undefined);
      wake = undefined;
    }
  } finally {
    until.abort();
    if (!signal.aborted) await heard;
    else await heard.catch(() => undefined);
  }
}
