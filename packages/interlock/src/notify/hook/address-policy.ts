import ipaddr from "ipaddr.js";

/** Where clouds answer their own machines, although the address is a public one. */
const ownersOnly = new Set(["168.63.129.16", "100.100.100.200"]);
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** Ports on which something worth attacking listens, and no web server does; below 1024 only 80 and 443 are served. */
const closedPorts = new Set([
  2_049, 2_375, 2_376, 2_379, 3_306, 3_389, 5_432, 5_672, 5_900, 6_379, 6_443, 9_200, 9_300, 10_250, 11_211,
  27_017,
]);

/** What hooks may lead to. `private` is for tests and for networks of one's own. */
export interface HookPolicy {
  allowPrivate: boolean;
}

/** Why nothing is ever sent to a URL, or undefined where its address decides. */
export function refusalOfUrl(url: URL, { allowPrivate }: HookPolicy): string | undefined {
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:")) return "it is not https";
  if (url.username !== "" || url.password !== "") return "it holds a user or a password";
  if (url.hostname === "") return "it names no host";
  if (allowPrivate || url.port === "" || url.port === "80" || url.port === "443") return undefined;
  const port = Number(url.port);
  return port < 1_024 || closedPorts.has(port) ? "nothing is sent to that port" : undefined;
}

/**
 * Why nothing is sent to an IP address, or undefined where it may be. Only what can be reached from everywhere:
 * nothing private, link-local, shared, reserved, and no IPv4 address in the clothes of an IPv6 one but by its own rules.
 */
export function refusalOfAddress(text: string, { allowPrivate }: HookPolicy): string | undefined {
  if (!ipaddr.isValid(text)) return "not an address";
  // What an IPv4-mapped address stands for is what the system connects to.
  const address = ipaddr.process(text);
  const range = address.range();
  if (allowPrivate && ["loopback", "private", "uniqueLocal", "carrierGradeNat"].includes(range))
    return undefined;
  if (range !== "unicast") return range;
  if (address instanceof ipaddr.IPv6 && !address.match(globalUnicast)) return "not global";
  if (ownersOnly.has(address.toString())) return "metadata";
  return undefined;
}
