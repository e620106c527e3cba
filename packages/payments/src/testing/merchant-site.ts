import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A merchant's web site: where card holders come back to. Another origin than the platform's. */
export interface MerchantSite {
  /** Redirects to `arrivedUrl`, on yet another origin, as sites do that prefer one of their names. */
  returnUrl: string;
  arrivedUrl: string;
  cancelUrl: string;
  stop(): Promise<void>;
}

export async function startMerchantSite(): Promise<MerchantSite> {
  const server = createServer((request, answer) => {
    const path = request.url ?? "/";
    if (path.startsWith("/back")) {
      answer.writeHead(302, { location: arrivedUrl }).end();
      return;
    }
    const title = path.startsWith("/thanks") ? "Thank you" : "Your basket";
    answer.setHeader("content-type", "text/html; charset=utf-8");
    answer.end(`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = String((server.address() as AddressInfo).port);
  const arrivedUrl = `http://127.0.0.1:${port}/thanks?order=7`;
  return {
    returnUrl: `http://localhost:${port}/back?order=7`,
    arrivedUrl,
    cancelUrl: `http://127.0.0.1:${port}/basket`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
