import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../api/context.ts";
import { reportSparingly } from "../platform/report.ts";
import type { Allowances } from "./allowances.ts";
import { deliver, type DeliveryOptions } from "./deliver.ts";
import type { LeasedNotification } from "./statements.ts";

export interface RoundOptions extends DeliveryOptions {
  allowances: Allowances;
  /** How many notifications may be on their way at once, to all receivers together. */
  mostInFlight: number;
  /** How long nobody else takes a notification that this worker has. Longer than `timeoutMs`. */
  leaseMs: number;
  /** How often to look for more while some are on their way. */
  lookEveryMs: number;
}

/** What is on its way may go on for this long when the worker is to end. */
const graceMs = 1_000;

/**
 * Takes notifications that are due and delivers them side by side, until there are none and none is on its way.
 * A slow one holds its own place only: others are taken as soon as there is room for them. Returns how many.
 */
export async function deliverAll(
  context: Context,
  options: RoundOptions,
  signal: AbortSignal,
): Promise<number> {
  const { allowances, mostInFlight } = options;
  const cut = new AbortController();
  const onTheirWay = new Set<Promise<void>>();
  let wake = Promise.withResolvers<void>();
  let full = new Set<string>();
  let taken = 0;
  const follow = async (notification: LeasedNotification, takenAt: number): Promise<void> => {
    const { receiver } = notification;
    await attempt(context, notification, { options, takenAt, signal: cut.signal });
    if (full.has(receiver) && allowances.hasHalf(receiver)) wake.resolve();
  };
  while (!signal.aborted) {
    const takenAt = performance.now();
    const leased = await lease(context, options, mostInFlight - onTheirWay.size);
    if (leased.length === 0 && onTheirWay.size === 0) return taken;
    taken += leased.length;
    for (const { receiver } of leased) allowances.started(receiver);
    wake = Promise.withResolvers<void>();
    full = new Set(
      [...full, ...leased.map(({ receiver }) => receiver)].filter((name) => allowances.isFull(name)),
    );
    for (const notification of leased) {
      const done = follow(notification, takenAt).finally(() => onTheirWay.delete(done));
      onTheirWay.add(done);
    }
    await Promise.race([wake.promise, pause(options.lookEveryMs, signal)]);
  }
  const cutLater = setTimeout(() => cut.abort(), graceMs);
  await Promise.all(onTheirWay);
  clearTimeout(cutLater);
  return taken;
}

async function lease(
  { database, statements }: Context,
  { allowances, leaseMs }: RoundOptions,
  room: number,
): Promise<LeasedNotification[]> {
  if (room <= 0) return [];
  const { receivers, rooms } = allowances.rooms();
  const values = [room, leaseMs / 1_000, allowances.initial, receivers, rooms];
  return database.run<LeasedNotification>(statements.leaseNotifications, values);
}

/** Never throws: what an attempt leaves undone is done when its lease has ended. */
async function attempt(
  context: Context,
  notification: LeasedNotification,
  { options, takenAt, signal }: { options: RoundOptions; takenAt: number; signal: AbortSignal },
): Promise<void> {
  const startedAt = performance.now();
  let answered = true;
  try {
    // A worker that was held up for so long may no longer have it when the answer comes.
    if (startedAt - takenAt < options.leaseMs - options.timeoutMs) {
      answered = await deliver(context, notification, { ...options, signal });
    }
  } catch (error) {
    reportSparingly("notifications", {
      event: "delivery-failed",
      notification: notification.id,
      message: String(error),
    });
  }
  options.allowances.finished(notification.receiver, { answered, tookMs: performance.now() - startedAt });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
