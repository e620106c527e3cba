import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { CheckError } from "./outcome.ts";

/**
 * Looks names up as Node does, and refuses link-local addresses: no service that anybody checks stands there, but
 * clouds hand out the machine's own credentials there. Judged is the address that is connected to.
 */
export const lookupElsewhere: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, "", 0);
    const refused = refusalOf(addresses);
    if (refused !== undefined) return callback(refused, "", 0);
    const [first] = addresses;
    if (options.all === true) return callback(null, addresses);
    return callback(null, first?.address ?? "", first?.family ?? 4);
  });
};

/** Throws `CheckError` "definition" for a link-local address that stands where a host does. */
export function refuseLinkLocal(host: string): void {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIP(bare) === 0) return;
  const refused = refusalOf([{ address: bare, family: isIP(bare) }]);
  if (refused !== undefined) throw refused;
}

function refusalOf(addresses: readonly LookupAddress[]): CheckError | undefined {
  const isThere = addresses.some(({ address }) => {
    const parsed = ipaddr.process(address);
    return parsed.range() === "linkLocal" || parsed.toString() === "fd00:ec2::254";
  });
  return isThere ? new CheckError("definition", "link-local addresses are not asked") : undefined;
}
