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
