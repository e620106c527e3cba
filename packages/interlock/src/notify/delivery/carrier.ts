import { factsOf } from "../../std/failure.ts";
import type { Log } from "../../std/log.ts";
import { lanes, type Claimed, type Lane, type Outcome } from "./delivery.ts";

/** Whether there is still time to begin: not when the server stops, nor when somebody else may have the delivery by now. */
export interface Turn {
  signal: AbortSignal;
  mayBegin: () => boolean;
}

/** Carries deliveries of one channel to their receivers. */
export interface Carrier {
  /** Never rejects. */
  carry(delivery: Claimed, turn: Turn): Promise<Outcome>;
  /** Hosts that have as many deliveries as they take turns on, or that rest. */
  busyHosts(): string[];
  /** Milliseconds for which there is no use in claiming anything; 0 where there is. */
  restMs(): number;
  close(): Promise<void>;
}

/**
 * A message that could not be written, or its receiver's address not opened, is a fault of ours: it counts as no
 * attempt of the receiver's and is tried again when somebody may have mended it.
 */
export function notWritten(error: unknown, { isUrgent }: { isUrgent: boolean }): Outcome {
  const problem = `not-written: ${factsOf(error).code}`;
  return isUrgent
    ? { state: "failed-for-now", problem, doubt: false }
    : { state: "released", afterMs: 60_000, problem };
}

/** Logs the first of many equal faults, and again every half minute. */
export function makeFaultLog(log: Log): (delivery: Claimed, error: unknown) => void {
  let quietUntil = 0;
  return ({ number: delivery }, error) => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + 30_000;
    const { code, message } = factsOf(error);
    log.error({ delivery, code }, `a message could not be written: ${message}`);
  };
}

/** Not begun: somebody else may take it at once. */
export const notBegun: Outcome = { state: "released", afterMs: 0, problem: null };

/**
 * Where the server was started without a mail server. A call by email has failed then, so that somebody else is called
 * at once; what subscribers are told waits for a server that can.
 */
export function noMailCarrier(lane: Lane): Carrier {
  return {
    carry: () => Promise.resolve({ state: "failed", problem: "mail-not-set-up", refusal: false }),
    busyHosts: () => [],
    restMs: () => (lane === lanes.call ? 0 : Number.MAX_SAFE_INTEGER),
    close: () => Promise.resolve(),
  };
}
