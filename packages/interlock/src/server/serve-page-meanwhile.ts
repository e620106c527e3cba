import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { factsOf } from "../std/failure.ts";
import type { Log } from "../std/log.ts";
import { sleep } from "../std/sleep.ts";
import { siteAnswerer } from "../statuspage/serve/site-server.ts";
import { serveSite } from "../statuspage/serve/served-site.ts";
import { readSiteDirectory } from "../statuspage/write/read-directory.ts";

/** How often the control database is tried. */
const tryEveryMs = 1_000;

/** What says that a database is away and may come back; anything else has to be mended first. */
const away = new Set(["database-not-reachable", "control-not-reachable"]);

/**
 * Begins what needs the control database. Where it can't be reached and there is a page in the directory, the page is
 * served until it can: a server that is started again in the middle of an outage must not take the page down. Throws
 * what `begin` throws otherwise.
 */
export async function servePageMeanwhile(
  begin: () => Promise<void>,
  { directory, host, port, log }: { directory: string; host: string; port: number; log: Log },
): Promise<void> {
  let server: Server | undefined;
  try {
    for (;;) {
      try {
        await begin();
        return;
      } catch (error) {
        const { code, why } = factsOf(error);
        if (!away.has(code)) throw error;
        server ??= await servePage({ directory, host, port });
        if (server === undefined) throw error;
        const { port: taken } = server.address() as AddressInfo;
        log.warn({ code, why, port: taken }, "the control database is away: only the status page is served");
      }
      await sleep(tryEveryMs);
    }
  } finally {
    if (server !== undefined) {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    }
  }
}

/** Undefined where there is no page yet. */
async function servePage({
  directory,
  host,
  port,
}: {
  directory: string;
  host: string;
  port: number;
}): Promise<Server | undefined> {
  const { site } = await readSiteDirectory(directory);
  if (site.size === 0) return undefined;
  const served = serveSite(site);
  const answerPage = siteAnswerer(() => served, { prefix: "/status" });
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    if (url === "/status" || url.startsWith("/status/") || url.startsWith("/status?")) {
      answerPage(request, response);
      return;
    }
    request.resume();
    // The process is well, so nobody should start it again; it can't do its work, so nothing should be sent to it.
    const alive = url === "/healthz";
    response.writeHead(alive ? 200 : 503, {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      ...(alive ? {} : { "retry-after": "5" }),
    });
    response.end(
      JSON.stringify(
        alive
          ? { status: "ok" }
          : { code: "control-not-reachable", message: "The server waits for its control database." },
      ),
    );
  });
  server.listen({ host, port });
  await once(server, "listening");
  return server;
}
