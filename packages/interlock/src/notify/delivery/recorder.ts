import type { Control } from "../../control/control.ts";
import { sleep } from "../../std/sleep.ts";
import type { Claimed, Outcome } from "./delivery.ts";
import { leaseMs } from "./claim.ts";
import { recordOutcomes, type Ended, type Recorded } from "./record-outcomes.ts";

/**
 * How long an outcome waits for others to be recorded with. This, the time of one statement and the messages on their
 * way in that moment are all that a killed server leaves in doubt.
 */
const gatherMs = 2;
const most = 500;

/** Records outcomes in the order that they come, many at a time. */
export interface Recorder {
  /** Returns when it is recorded, with how the delivery stands; undefined where somebody else has it by now. */
  record(delivery: Claimed, outcome: Outcome): Promise<ReturnType<Recorded["get"]>>;
}

export function makeRecorder({ control }: { control: Control }, { server }: { server: string }): Recorder {
  let waiting: (Ended & {
    tell: (state: ReturnType<Recorded["get"]>) => void;
    fail: (error: unknown) => void;
  })[] = [];
  let isRunning = false;

  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      if (waiting.length < most) await sleep(gatherMs);
      const part = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const recorded = await recordPatiently({ control }, { server, ended: part });
        for (const { delivery, tell } of part) tell(recorded.get(delivery.number));
      } catch (error) {
        for (const { fail } of part) fail(error);
      }
    }
    isRunning = false;
  };

  return {
    record: (delivery, outcome) =>
      new Promise((tell, fail) => {
        waiting.push({ delivery, outcome, tell, fail });
        if (!isRunning) void run();
      }),
  };
}

/** Tries again while the deliveries are this server's: what went out must not go out again for want of a note. */
async function recordPatiently(
  services: { control: Control },
  given: { server: string; ended: readonly Ended[] },
): Promise<Recorded> {
  const until = performance.now() + leaseMs;
  for (;;) {
    try {
      return await recordOutcomes(services, given);
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(500);
    }
  }
}
