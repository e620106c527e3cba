import type { ClientConfig } from "pg";
import { Backoff } from "../database/backoff.ts";
import { Failure, messageOf } from "../std/failure.ts";
import type { Workload } from "../workload/workload.ts";
import type { Alarm, WatchEvent } from "./alarm.ts";
import { AlarmBook } from "./alarm-book.ts";
import { Bell } from "./bell.ts";
import { WatchSession } from "./watch-session.ts";

export interface WatchOptions {
  connection: ClientConfig;
  /**
   * The workloads of the versions that are live now. Asked for before each look; the same object stands for the
   * same statements.
   */
  versions: () => Promise<readonly Workload[]> | readonly Workload[];
  /** Alarms that are known from before: they are told of again only where they change or end. */
  open?: readonly Alarm[];
  signal: AbortSignal;
  on: (event: WatchEvent) => void | Promise<void>;
}

/** How often the catalog is looked at where nothing tells of changes: an alarm is to come within a second. */
const pollMs = 400;
/** How often the live versions are asked for where changes are told of. */
const versionsMs = 1_000;
/** How soon a statement that a lock kept from being answered is asked again. */
const againMs = 150;

/**
 * Watches one database until the signal is aborted: prepares every live version's statements whenever the structure
 * changes and executes none. It is told of changes where the database has Interlock's event triggers and looks at
 * the catalog again and again where not. A database that goes away is sought until it is back. Rejects only with
 * what `versions` and `on` throw.
 */
export async function watchDatabase(options: WatchOptions): Promise<void> {
  const { signal, on } = options;
  const book = new AlarmBook(options.open);
  const bell = new Bell();
  const ring = (): void => bell.ring();
  signal.addEventListener("abort", ring);
  let isLost = false;
  let backoff = newBackoff();
  try {
    while (!signal.aborted) {
      let session: WatchSession | undefined;
      try {
        session = await WatchSession.open(options.connection, { book, wake: ring });
        const why = session.whyPolling ?? null;
        if (isLost) await on({ type: "back" });
        isLost = false;
        await on({ type: "watching", how: why === null ? "event-triggers" : "polling", why });
        await watchSession(options, { session, bell, whenWhole: () => (backoff = newBackoff()) });
      } catch (error) {
        if (error instanceof NotOurs) throw error.cause;
        if (!isLost) await on({ type: "lost", why: whyOf(error) });
        isLost = true;
        await backoff.pause(signal).catch(() => undefined);
      } finally {
        await session?.close();
      }
    }
  } finally {
    signal.removeEventListener("abort", ring);
  }
}

/** Returns when the signal is aborted, or when the session has to be opened anew. */
async function watchSession(
  { versions, signal, on }: WatchOptions,
  { session, bell, whenWhole }: { session: WatchSession; bell: Bell; whenWhole: () => void },
): Promise<void> {
  while (!signal.aborted) {
    bell.quiet();
    if (await session.isOutdated()) return;
    const workloads = await theirs(async () => versions());
    const { events, isWhole } = await session.look(workloads);
    for (const event of events) await theirs(async () => on(event));
    whenWhole();
    const pauseMs = session.whyPolling === undefined ? versionsMs : pollMs;
    await bell.wait(isWhole ? pauseMs : againMs);
  }
}

/** What the caller's own functions throw is no fault of the database. */
class NotOurs extends Error {}

async function theirs<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new NotOurs("a function of the caller failed", { cause });
  }
}

function newBackoff(): Backoff {
  return new Backoff({ firstMs: 100, capMs: 5_000, forMs: Number.POSITIVE_INFINITY });
}

function whyOf(error: unknown): string {
  return error instanceof Failure ? (error.why ?? error.message) : messageOf(error);
}
