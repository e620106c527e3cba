import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a form was sent by another site's page: a browser says so in Sec-Fetch-Site, an older one in Origin. The
 * status page itself may stand at another origin than the server. Who sends neither is no browser, and has nothing
 * of anybody's to abuse.
 */
export function comesFromElsewhere(headers: IncomingHttpHeaders, { pageUrl }: { pageUrl: string }): boolean {
  const { origin, host } = headers;
  const site = headers["sec-fetch-site"];
  const isOfPage = origin !== undefined && URL.canParse(pageUrl) && new URL(pageUrl).origin === origin;
  if (isOfPage || site === "same-origin" || site === "none") return false;
  if (site !== undefined) return true;
  // A page whose referrer policy hides where it is says "null"; only another one could lie with that.
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
