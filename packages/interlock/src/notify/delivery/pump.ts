import type { Control } from "../../control/control.ts";
import type { Log } from "../../std/log.ts";
import { factsOf } from "../../std/failure.ts";
import { findFallen, keyOf } from "../telling/standing.ts";
import type { Bell } from "./bell.ts";
import type { Carrier } from "./carrier.ts";
import { claim, leaseMs, renewLeases } from "./claim.ts";
import type { Claimed, Lane, Outcome } from "./delivery.ts";
import { makeRecorder } from "./recorder.ts";
import type { Recorded } from "./record-outcomes.ts";

export interface PumpOptions {
  lane: Lane;
  channel: "email" | "webhook";
  /** This server, for its claims. */
  server: string;
  /** Deliveries in hand at once. */
  room: number;
  carrier: Carrier;
  bell: Bell;
  /** What else is done about an outcome, once it is recorded. */
  followUp: (delivery: Claimed, outcome: Outcome, state: ReturnType<Recorded["get"]>) => Promise<void>;
}

/** Somebody else may have made deliveries without this server's hearing of it. */
const lookEveryMs = 2_000;
const longestWaitMs = 60_000;
const renewEveryMs = 3_000;

/** Before the end of a lease: nothing is begun that might end after it. */
const marginMs = 1_500;

/**
 * Claims deliveries of a lane and carries them side by side until the signal is aborted; what is in hand then is
 * finished, or given back where it had not begun. New ones are claimed when half of the room is free, so that there
 * is always something in hand.
 */
export async function pump(
  { control, log }: { control: Control; log: Log },
  { lane, channel, server, room, carrier, bell, followUp }: PumpOptions,
  signal: AbortSignal,
): Promise<void> {
  const recorder = makeRecorder({ control }, { server });
  const inHand = new Map<string, { until: number; done: Promise<void> }>();

  const carryOut = async (delivery: Claimed, fallen: string | undefined): Promise<void> => {
    const mayBegin = (): boolean => performance.now() < (inHand.get(delivery.number)?.until ?? 0) - marginMs;
    const outcome: Outcome =
      fallen === undefined
        ? await carrier.carry(delivery, { signal, mayBegin })
        : { state: "dropped", problem: fallen };
    const state = await recorder.record(delivery, outcome);
    await followUp(delivery, outcome, state);
  };

  const take = async (): Promise<number> => {
    const until = performance.now() + leaseMs;
    const busyHosts = carrier.busyHosts();
    const claimed = await claim({ control }, { lane, channel, server, most: room - inHand.size, busyHosts });
    if (claimed.length === 0) return 0;
    const fallen = await findFallen((sql, values) => control.query(sql, values), claimed);
    for (const delivery of claimed) {
      const begin = Promise.withResolvers<void>();
      const done = begin.promise
        .then(() => carryOut(delivery, fallen.get(keyOf(delivery))))
        .catch((error: unknown) => {
          const { code, message } = factsOf(error);
          log.warn({ delivery: delivery.number, code }, `a delivery was left where it was: ${message}`);
        })
        .finally(() => {
          inHand.delete(delivery.number);
          if (inHand.size * 2 <= room) bell.ring();
        });
      inHand.set(delivery.number, { until, done });
      begin.resolve();
    }
    return claimed.length;
  };

  const renew = async (): Promise<void> => {
    const numbers = [...inHand.keys()];
    if (numbers.length === 0) return;
    const until = performance.now() + leaseMs;
    try {
      await renewLeases({ control }, { server, numbers });
    } catch {
      // The leases run out then, and nothing more is begun.
      return;
    }
    for (const number of numbers) {
      const held = inHand.get(number);
      if (held !== undefined) held.until = until;
    }
  };
  const renewal = setInterval(() => void renew(), renewEveryMs);

  try {
    while (!signal.aborted) {
      const restMs = carrier.restMs();
      const hasRoom = inHand.size * 2 <= room;
      const taken = hasRoom && restMs === 0 ? await take() : 0;
      if (taken > 0 && inHand.size * 2 <= room) continue;
      await bell.wait(Math.min(Math.max(restMs, lookEveryMs), longestWaitMs), signal);
    }
  } finally {
    await Promise.all([...inHand.values()].map(({ done }) => done));
    clearInterval(renewal);
  }
}
