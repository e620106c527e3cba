import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  json: Record<string, unknown>;
}

/** A merchant's server for a test: it keeps what it is sent. */
export interface Receiver {
  url: string;
  /** `127.0.0.1:port`: what the outbox calls it. */
  host: string;
  received: Received[];
  /** Resolves when `count` notifications have come, each counted at every attempt. */
  until(count: number): Promise<Received[]>;
  stop(): Promise<void>;
}

type Answer = (response: ServerResponse, received: Received, place: number) => void;

/** Answers 200 unless `answer` does something else; `place` counts from 0. */
export async function startReceiver(answer: Answer = (response) => response.end()): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const one = { headers: request.headers, body, json: JSON.parse(body) as Record<string, unknown> };
    received.push(one);
    for (const look of waiting) look();
    answer(response, one, received.length - 1);
  };
  const server = createServer((request, response) => {
    // A sender that breaks off has nothing to be told.
    take(request, response).catch(() => response.destroy());
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  const host = `127.0.0.1:${String(address.port)}`;
  return {
    url: `http://${host}/ipn`,
    host,
    received,
    async until(count) {
      const enough = Promise.withResolvers<void>();
      const look = (): void => {
        if (received.length >= count) enough.resolve();
      };
      waiting.add(look);
      look();
      await enough.promise;
      waiting.delete(look);
      return received;
    },
    async stop() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
