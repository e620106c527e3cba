import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answer } from "./answer.ts";
import type { ServedSite } from "./served-site.ts";

/** A web server for a site in memory and nothing else. */
export function siteServer(current: () => ServedSite): Server {
  const options = { requestTimeout: 30_000, keepAliveTimeout: 60_000 };
  return createServer(options, siteAnswerer(current, { prefix: "" }));
}

/** Answers Node's requests with files of a site that stands below a prefix: `/status`, or nothing. */
export function siteAnswerer(
  current: () => ServedSite,
  { prefix }: { prefix: string },
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const query = url.indexOf("?");
    const {
      status,
      headers: own,
      body,
    } = answer(
      current(),
      {
        method,
        path: (query === -1 ? url : url.slice(0, query)).slice(prefix.length).replace(/^\/+/, ""),
        acceptEncoding: headers["accept-encoding"] as string | undefined,
        acceptLanguage: headers["accept-language"],
        ifNoneMatch: headers["if-none-match"],
      },
      { prefix },
    );
    // What somebody sends with a request is not read.
    if (method !== "GET" && method !== "HEAD") request.resume();
    response.writeHead(status, own);
    response.end(body);
  };
}
