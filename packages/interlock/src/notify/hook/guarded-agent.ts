import { lookup as lookUp } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector } from "undici";
import { refusalOfAddress, type HookPolicy } from "./address-policy.ts";

/** All addresses of a host name; rejects where there are none. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** The address that a hook's name stands for is none that is sent to. */
export class AddressRefused extends Error {
  override name = "AddressRefused";
}

/** Of one host at a time: as many as its deliveries take turns on. */
export const mostConnectionsOfHost = 8;

/**
 * Opens connections to hooks, and only to addresses that the policy lets through. A name is resolved once, when
 * connecting, and the connection goes to the addresses that were checked: a name that changes its mind gains nothing.
 */
export function makeGuardedAgent({
  policy,
  resolve = systemResolve,
  connectTimeoutMs = 10_000,
  answerTimeoutMs = 30_000,
}: {
  policy: HookPolicy;
  resolve?: Resolve;
  connectTimeoutMs?: number;
  answerTimeoutMs?: number;
}): Agent {
  const check = (address: string): void => {
    const refusal = refusalOfAddress(address, policy);
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
    connections: mostConnectionsOfHost,
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 30_000,
    connect(target, callback) {
      try {
        // Nobody looks up an address that is given as such.
        const hostname = target.hostname.replace(/^\[|\]$/g, "");
        if (isIP(hostname) !== 0) check(hostname);
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

const mostAddresses = 8;

async function systemResolve(hostname: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookUp(hostname, { all: true }, (error, found) => {
      if (error === null) resolve(found.slice(0, mostAddresses).map(({ address }) => address));
      else reject(error);
    });
  });
}
