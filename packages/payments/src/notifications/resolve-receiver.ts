import { Resolver } from "node:dns/promises";

/** All addresses of a host name. Throws when there are none. */
export type Resolve = (hostname: string) => Promise<string[]>;

const mostAddresses = 8;

/**
 * Asks name servers, never the machine's own files, and without the few threads that the system's resolver has:
 * a name whose server doesn't answer keeps nobody else waiting. localhost is loopback, whoever is asked (RFC 6761).
 */
export function createResolve(): Resolve {
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  return async (hostname) => {
    const name = hostname.replace(/\.$/, "");
    if (name === "localhost" || name.endsWith(".localhost")) return ["127.0.0.1"];
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (addresses.length === 0) throw new Error(`${hostname} has no address`);
    return addresses.slice(0, mostAddresses);
  };
}
