import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A merchant's web site: where card holders come back to. Another origin than the platform's. */
export interface MerchantSite {
  returnUrl: string;
  cancelUrl: string;
  stop(): Promise<void>;
}

export async function startMerchantSite(): Promise<MerchantSite> {
  const server = createServer((request, answer) => {
    const title = request.url?.startsWith("/back") === true ? "Thank you" : "Your basket";
    answer.setHeader("content-type", "text/html; charset=utf-8");
    answer.end(`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    returnUrl: `${origin}/back?order=7`,
    cancelUrl: `${origin}/basket`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
