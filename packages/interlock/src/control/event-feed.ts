import { sleep } from "../std/sleep.ts";
import { eventsChannel } from "./append-events.ts";
import type { Control } from "./control.ts";
import { openControlSession } from "./control-session.ts";
import { readEvents, readLastEventNumber, type ControlEvent } from "./read-events.ts";
import type { Work } from "./work.ts";

/** How many of the latest events are kept at hand, so that readers who keep up cost the database nothing. */
const kept = 1_000;

/** A notification can be lost with the session that would have heard it: as often as this one looks anyway. */
const lookEveryMs = 5_000;

/** The events of the control database, as they come, for any number of readers. */
export interface EventFeed {
  /** Reads new events into the feed for as long as the server runs, with one session that hears of them. */
  readonly work: Work;
  /**
   * Every event after a number, first those that were, then those that come, until the signal is aborted. Without
   * a number: only those that come. Each reader is at its own place, so a slow one holds up nobody.
   */
  follow(options: { after?: string; signal: AbortSignal }): AsyncGenerator<ControlEvent>;
}

export function makeEventFeed(control: Control, { applicationName }: { applicationName: string }): EventFeed {
  let latest: ControlEvent[] = [];
  /** The number up to which the feed has read; undefined until it first has. */
  let upTo: string | undefined;
  let waiting: (() => void)[] = [];

  const wakeReaders = (): void => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };

  const take = async (): Promise<void> => {
    if (upTo === undefined) {
      upTo = await readLastEventNumber(control);
      // Whoever came before it looked has not seen what was committed since.
      wakeReaders();
    }
    for (;;) {
      const events = await readEvents(control, { after: upTo, limit: kept });
      const last = events.at(-1);
      if (last === undefined) return;
      upTo = last.number;
      latest = [...latest, ...events].slice(-kept);
      wakeReaders();
    }
  };

  const after = async (number: string): Promise<ControlEvent[]> => {
    const [first] = latest;
    if (upTo !== undefined && BigInt(number) >= BigInt(upTo)) return [];
    if (first !== undefined && BigInt(number) >= BigInt(first.number) - 1n) {
      return latest.filter((event) => BigInt(event.number) > BigInt(number));
    }
    return readEvents(control, { after: number, limit: 500 });
  };

  const nextEvents = async (at: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted || BigInt(upTo ?? 0) > BigInt(at)) return resolve();
      const wake = (): void => {
        signal.removeEventListener("abort", wake);
        waiting = waiting.filter((other) => other !== wake);
        resolve();
      };
      signal.addEventListener("abort", wake);
      waiting.push(wake);
    });

  return {
    work: {
      name: "hear of events",
      async run(signal) {
        const { client, lost } = await openControlSession(control.connection, { applicationName });
        let wake = new AbortController();
        client.on("notification", () => wake.abort());
        try {
          await client.query(`listen ${eventsChannel}`);
          while (!signal.aborted) {
            wake = new AbortController();
            await take();
            const woken = AbortSignal.any([signal, lost, wake.signal]);
            await sleep(lookEveryMs, woken).catch(() => undefined);
            if (!signal.aborted) lost.throwIfAborted();
          }
        } finally {
          await client.end().catch(() => undefined);
        }
      },
    },
    async *follow({ after: start, signal }) {
      let at = start ?? upTo ?? (await readLastEventNumber(control));
      while (!signal.aborted) {
        const before = upTo ?? at;
        const events = await after(at);
        for (const event of events) {
          yield event;
          at = event.number;
        }
        if (events.length > 0) continue;
        // What was between is too old and has gone.
        if (BigInt(before) > BigInt(at)) at = before;
        else await nextEvents(at, signal);
      }
    },
  };
}
