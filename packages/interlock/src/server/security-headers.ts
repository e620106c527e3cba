import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

/** For what is answered before any hook has run: an address that can't be read, a line that is no HTTP. */
export const bareSecurityHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Headers for answers that no browser should run anything from; the pages say for themselves what they need. */
export async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    // The other hosts of the domain are nobody's business here.
    strictTransportSecurity: { includeSubDomains: false },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    crossOriginResourcePolicy: { policy: "same-origin" },
  });
  app.addHook("onSend", async (request, reply) => {
    reply.header("x-request-id", request.id);
    // What the gate says holds now; a copy of it must not be taken for the answer later.
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
}
