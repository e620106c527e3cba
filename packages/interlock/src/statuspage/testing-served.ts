import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { PageModel } from "./page-model.ts";
import { renderSite } from "./render-site.ts";
import { serveSite } from "./serve/served-site.ts";
import { siteServer } from "./serve/site-server.ts";

/** For tests only: a page on a port of its own. Close it with what is returned. */
export async function serveModel(model: PageModel, now: Date): Promise<{ url: string; close: () => void }> {
  const served = serveSite(renderSite(model, now));
  const server = siteServer(() => served).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
