import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyInstance } from "fastify";

/** How long a draining server goes on accepting, so that a load balancer sees /healthz and turns away. */
const turnAwayMs = 200;

export interface HttpServer {
  app: FastifyInstance;
  /** True from the moment it was told to stop. */
  readonly draining: boolean;
  listen(port: number): Promise<number>;
  /** Turns new clients away, finishes what is in flight, closes every connection. */
  drain(): Promise<void>;
}

/** An HTTP server on loopback that can be drained without a client noticing. JSON in, JSON out. */
export function createHttpServer(): HttpServer {
  let draining = false;
  const app = Fastify({
    bodyLimit: 65_536,
    keepAliveTimeout: 65_000,
    requestTimeout: 15_000,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } },
  });
  app.addHook("onSend", async (_request, reply) => {
    if (draining) reply.header("connection", "close");
  });
  app.get("/healthz", async (_request, reply) => {
    return reply.code(draining ? 503 : 200).send({ status: draining ? "draining" : "ok" });
  });
  return {
    app,
    get draining() {
      return draining;
    },
    async listen(port) {
      await app.listen({ host: "127.0.0.1", port });
      const address = app.server.address();
      if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
      return address.port;
    },
    async drain() {
      draining = true;
      await sleep(turnAwayMs);
      await app.close();
    },
  };
}
