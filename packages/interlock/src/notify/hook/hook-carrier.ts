import type { Log } from "../../std/log.ts";
import { makeFaultLog, notBegun, notWritten, type Carrier } from "../delivery/carrier.ts";
import type { Claimed, Outcome } from "../delivery/delivery.ts";
import type { HookPolicy } from "./address-policy.ts";
import { AddressRefused, makeGuardedAgent, type Resolve } from "./guarded-agent.ts";
import { HostTurns } from "./host-turns.ts";
import { postHook, type Posted } from "./post-hook.ts";

/** A POST that is ready to go out. */
export interface HookMessage {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** What is done with the beginning of a good answer. */
  onAnswer?: (text: string) => Promise<void>;
}

/** Makes the POST of a delivery; undefined where there is nothing to send any more. */
export type WriteHook = (delivery: Claimed) => Promise<HookMessage | undefined>;

/** A receiver that says so is never asked again. */
const gone = 410;

/** Failures of which it is known that nothing was received. */
const neverArrived =
  /^(?:address-refused|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS|CERT_|DEPTH_ZERO|UNABLE_TO)/;

/** Carries webhooks. */
export function makeHookCarrier(
  { log }: { log: Log },
  {
    policy,
    write,
    resolve,
    withinMs,
  }: {
    policy: HookPolicy;
    write: WriteHook;
    /** For tests; by default the system's resolver. */
    resolve?: Resolve | undefined;
    withinMs?: number | undefined;
  },
): Carrier {
  const agent = makeGuardedAgent({ policy, ...(resolve === undefined ? {} : { resolve }) });
  const turns = new HostTurns();
  const noteFault = makeFaultLog(log);

  const post = async (delivery: Claimed): Promise<Outcome> => {
    const message = await write(delivery);
    if (message === undefined) return { state: "dropped", problem: "nothing-to-tell" };
    const { url, headers, body, onAnswer } = message;
    const posted = await postHook(agent, { url, headers, body, withinMs });
    if (posted.problem === null) await onAnswer?.(posted.text);
    return outcomeOf(posted);
  };

  return {
    async carry(delivery, { signal, mayBegin }) {
      // A responder's hook shares its turns with nobody's.
      const host = delivery.host ?? delivery.receiver;
      if (!(await turns.take(host))) return { ...notBegun, afterMs: turns.restMs(host) };
      let outcome: Outcome = notBegun;
      try {
        if (!signal.aborted && mayBegin()) outcome = await post(delivery);
      } catch (error) {
        if (error instanceof AddressRefused) {
          const problem = `address-refused: ${error.message}`;
          outcome = { state: "failed", problem, refusal: true };
          return outcome;
        }
        noteFault(delivery, error);
        outcome = notWritten(error, { isUrgent: delivery.kind === "call" });
      } finally {
        turns.give(host, { isUp: outcome.state !== "failed-for-now" });
      }
      return outcome;
    },
    busyHosts: () => turns.busy(),
    restMs: () => 0,
    async close() {
      if (!agent.destroyed) await agent.destroy();
    },
  };
}

function outcomeOf({ status, problem }: Posted): Outcome {
  if (problem === null) return { state: "sent" };
  if (status === gone) return { state: "failed", problem, refusal: false, gone: true };
  return { state: "failed-for-now", problem, doubt: status === 0 && !neverArrived.test(problem) };
}
