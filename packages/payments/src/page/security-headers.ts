import { readFileSync } from "node:fs";
import { verbatim } from "./html.ts";
import { sourceHash } from "./source-hash.ts";

// Style and script stand in the page itself, allowed by their hash: of two releases behind one load balancer,
// neither is ever asked for the files of the other one.
const style = readFileSync(new URL("style.css", import.meta.url), "utf8");
const script = readFileSync(new URL("enhance.js", import.meta.url), "utf8");

export const styleElement = verbatim("style", style);
export const scriptElement = verbatim("script", script);

/**
 * The headers of every page. A form may be sent to us and lead to us, nowhere else: browsers hold every redirect
 * after it to form-action as well, the merchant's own ones included, so onward it goes from a page.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    `style-src ${sourceHash(style)}`,
    `script-src ${sourceHash(script)}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-robots-tag": "noindex, nofollow",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  "cross-origin-opener-policy": "same-origin",
  vary: "accept, accept-language, cookie",
};
