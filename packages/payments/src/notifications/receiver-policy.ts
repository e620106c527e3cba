import ipaddr from "ipaddr.js";

/** Ports above 1023 that no web server has, and something worth attacking does. Below only 80 and 443 are served. */
const closedPorts = new Set([
  2_049, 2_375, 2_376, 2_379, 3_306, 3_389, 4_045, 5_060, 5_061, 5_432, 5_672, 5_900, 6_000, 6_379, 6_443,
  6_566, 6_665, 6_666, 6_667, 6_668, 6_669, 6_697, 9_200, 9_300, 10_080, 10_250, 11_211, 27_017,
]);

/** Where the cloud answers its own machines, although the address is a public one. */
const ownersOnly = new Set(["168.63.129.16"]);
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** Why nothing is ever sent to a URL, or undefined when its address is to decide. */
export function refusalOfUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return "not a URL";
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "neither http nor https";
  if (url.username !== "" || url.password !== "") return "holds credentials";
  if (url.hostname === "") return "names no host";
  if (!isOpenPort(url)) return "port is closed";
  return undefined;
}

function isOpenPort({ port }: URL): boolean {
  if (port === "") return true;
  const number = Number(port);
  return number === 80 || number === 443 || (number >= 1_024 && !closedPorts.has(number));
}

/**
 * Why nothing is sent to an IP address, or undefined when it may be. Only addresses that are reachable from
 * everywhere are: nothing private, link-local (metadata services), shared, reserved, or IPv4 in the clothes of IPv6.
 */
export function refusalOfAddress(
  text: string,
  { allowLoopback }: { allowLoopback: boolean },
): string | undefined {
  if (!ipaddr.isValid(text)) return "not an address";
  // An IPv4 address inside an IPv6 one is what the system connects to.
  const address = ipaddr.process(text);
  const range = address.range();
  if (range === "loopback") return allowLoopback ? undefined : "loopback";
  if (range !== "unicast") return range;
  if (address instanceof ipaddr.IPv6 && !address.match(globalUnicast)) return "not global";
  if (ownersOnly.has(address.toString())) return "metadata";
  return undefined;
}
