import { isIP } from "node:net";
import { refusalOfAddress, refusalOfUrl, type HookPolicy } from "../hook/address-policy.ts";

/** The URL of a hook as it is posted to, or why nothing is ever sent there. Its name is looked up at each connection. */
export function parseHookUrl(text: string, policy: HookPolicy): { url: string } | { refusal: string } {
  const trimmed = text.trim();
  if (trimmed.length > 2_000 || !URL.canParse(trimmed)) return { refusal: "it is no URL" };
  const url = new URL(trimmed);
  const refusal = refusalOfUrl(url, policy) ?? refusalOfLiteral(url, policy);
  if (refusal !== undefined) return { refusal };
  url.hash = "";
  return { url: url.href };
}

function refusalOfLiteral({ hostname }: URL, policy: HookPolicy): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0)
    return refusalOfAddress(address, policy) === undefined ? undefined : "its address is no public one";
  return policy.allowPrivate || (hostname !== "localhost" && !hostname.endsWith(".localhost"))
    ? undefined
    : "its address is no public one";
}

/** `hooks.example.com/…`: what follows the host is often a secret. */
export function showHookUrl(url: string): string {
  return `${new URL(url).host}/…`;
}
