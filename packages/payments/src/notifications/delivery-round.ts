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
  let round: Round = { leased: [], mayHaveMore: new Set(), isFull: false };
  let wake = Promise.withResolvers<void>();
  let taken = 0;
  const isWorthwhile = (receiver: string): boolean =>
    (round.mayHaveMore.has(receiver) && allowances.hasHalf(receiver)) ||
    (round.isFull && onTheirWay.size * 2 <= mostInFlight);
  const follow = async (notification: LeasedNotification, takenAt: number): Promise<void> => {
    await attempt(context, notification, { options, takenAt, signal: cut.signal });
    if (isWorthwhile(notification.receiver)) wake.resolve();
  };
  while (!signal.aborted) {
    const takenAt = performance.now();
    round = await lease(context, options, { room: mostInFlight - onTheirWay.size, before: round });
    if (round.leased.length === 0 && onTheirWay.size === 0) return taken;
    taken += round.leased.length;
    wake = Promise.withResolvers<void>();
    for (const notification of round.leased) {
      const done = follow(notification, takenAt).finally(() => onTheirWay.delete(done));
      onTheirWay.add(done);
    }
    // Some may have come back while this round was being taken.
    if ([...round.mayHaveMore].some(isWorthwhile)) wake.resolve();
    await Promise.race([wake.promise, pause(options.lookEveryMs, signal)]);
  }
  const cutLater = setTimeout(() => cut.abort(), graceMs);
  await Promise.all(onTheirWay);
  clearTimeout(cutLater);
  return taken;
}

interface Round {
  leased: LeasedNotification[];
  /** Receivers that were given all that they may have: there may be more for them. */
  mayHaveMore: Set<string>;
  /** There was hardly any room left for others. */
  isFull: boolean;
}

async function lease(
  { database, statements }: Context,
  { allowances, leaseMs }: RoundOptions,
  { room, before }: { room: number; before: Round },
): Promise<Round> {
  if (room <= 0) return { leased: [], mayHaveMore: before.mayHaveMore, isFull: true };
  const { receivers, rooms } = allowances.rooms();
  const asked = new Map(receivers.map((receiver, place) => [receiver, rooms[place]]));
  const values = [room, leaseMs / 1_000, allowances.initial, receivers, rooms];
  const leased = await database.run<LeasedNotification>(statements.leaseNotifications, values);
  const counts = new Map<string, number>();
  for (const { receiver } of leased) {
    allowances.started(receiver);
    counts.set(receiver, (counts.get(receiver) ?? 0) + 1);
  }
  const hadNoRoom = [...before.mayHaveMore].filter((receiver) => asked.get(receiver) === 0);
  const tookAll = [...counts.keys()].filter(
    (receiver) => (counts.get(receiver) ?? 0) >= (asked.get(receiver) ?? allowances.initial),
  );
  return {
    leased,
    mayHaveMore: new Set([...hadNoRoom, ...tookAll]),
    isFull: leased.length * 2 >= room,
  };
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
