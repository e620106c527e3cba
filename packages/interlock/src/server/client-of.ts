import ipaddr from "ipaddr.js";
import type { FastifyRequest } from "fastify";

/**
 * Who sends a request, to count by: the address, of IPv6 the network of 64 bits that one client has. Behind a proxy in
 * one's own network it is whom that proxy names last in X-Forwarded-For; from anybody else the header says nothing.
 */
export function clientOf({ ip, headers }: Pick<FastifyRequest, "ip" | "headers">): string {
  const forwarded = headers["x-forwarded-for"];
  const last = (typeof forwarded === "string" ? forwarded : "").split(",").at(-1)?.trim() ?? "";
  return networkOf(isOwn(ip) && ipaddr.isValid(last) ? last : ip);
}

function isOwn(ip: string): boolean {
  return ipaddr.isValid(ip) && ["loopback", "private", "uniqueLocal"].includes(ipaddr.process(ip).range());
}

function networkOf(text: string): string {
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return `${address.parts.slice(0, 4).join(":")}/64`;
}
