import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector } from "undici";
import { refusalOfAddress } from "./receiver-policy.ts";
import type { Resolve } from "./resolve-receiver.ts";

/** The address that a receiver's name stands for is none that we send to. */
export class AddressRefused extends Error {
  override name = "AddressRefused";
}

export interface GuardOptions {
  allowLoopback: boolean;
  resolve: Resolve;
  connectTimeoutMs: number;
  answerTimeoutMs: number;
}

const mostConnections = 16;

/**
 * Opens connections to receivers, and only to addresses that the policy lets through. The name is resolved once
 * and the connection goes to the addresses that were checked, so a name that changes its mind gains nothing.
 */
export function createGuardedAgent(options: GuardOptions): Agent {
  const { allowLoopback, resolve, connectTimeoutMs, answerTimeoutMs } = options;
  const check = (address: string): void => {
    const refusal = refusalOfAddress(address, { allowLoopback });
    if (refusal !== undefined) throw new AddressRefused(refusal);
  };
  const find = async (hostname: string): Promise<{ address: string; family: number }[]> => {
    const addresses = await resolve(hostname);
    if (addresses.length === 0) throw new Error(`${hostname} has no address`);
    addresses.forEach(check);
    return addresses.map((address) => ({ address, family: isIP(address) }));
  };
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    void settle(find(hostname), (error, found) => {
      if (all === true || found[0] === undefined) callback(error, found);
      else callback(error, found[0].address, found[0].family);
    });
  };
  const connect = buildConnector({ lookup, timeout: connectTimeoutMs, allowH2: false });
  return new Agent({
    connections: mostConnections,
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
    keepAliveTimeout: 4_000,
    // As the receiver wishes, but not for longer than this.
    keepAliveMaxTimeout: 30_000,
    connect(target, callback) {
      try {
        // Nobody looks up an address that is given as such.
        if (isIP(target.hostname) !== 0) check(target.hostname);
      } catch (error) {
        callback(error as Error, null);
        return;
      }
      connect(target, callback);
    },
  });
}

/** Tells what came of a promise in the way that `net` wants it. */
async function settle<Item>(
  promise: Promise<Item[]>,
  tell: (error: Error | null, items: Item[]) => void,
): Promise<void> {
  const [outcome] = await Promise.allSettled([promise]);
  if (outcome.status === "fulfilled") tell(null, outcome.value);
  else tell(outcome.reason as Error, []);
}
