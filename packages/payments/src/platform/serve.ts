import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type ConnectionError, type FastifyInstance } from "fastify";

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
    // What fastify and Node answer themselves has the shape of every other error.
    frameworkErrors: (error, _request, reply) => {
      reply.hijack();
      // Nothing has an identifier that long, so this is an address like any other that leads nowhere.
      const tooLong = error.code === "FST_ERR_MAX_PARAM_LENGTH";
      const message = tooLong ? "There is nothing at this address." : "This address can't be read.";
      const body = JSON.stringify({ object: "error", message });
      reply.raw
        .writeHead(tooLong ? 404 : 400, {
          "content-type": "application/json; charset=utf-8",
          "content-length": Buffer.byteLength(body),
        })
        .end(body);
    },
    clientErrorHandler: answerUnreadable,
    // Every problem at once: bodies are small enough for that (bodyLimit).
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        allowUnionTypes: true,
        allErrors: true,
      },
    },
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

/** What could not be read as HTTP gets an answer that can, and the connection ends. */
function answerUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const { status, message } = unreadable[error.code] ?? { status: 400, message: "This is no HTTP request." };
  const body = JSON.stringify({ object: "error", message });
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ""}\r\ncontent-type: application/json; charset=utf-8\r\n` +
        `content-length: ${String(Buffer.byteLength(body))}\r\nconnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy();
}

const unreadable: Readonly<Record<string, { status: number; message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: "The request took too long to arrive." },
  HPE_HEADER_OVERFLOW: { status: 431, message: "The headers are too long." },
};
