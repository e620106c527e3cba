import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A POST as a hook took it. */
export interface TakenPost {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** For tests only: receivers of hooks, one for each path. */
export interface Hooks {
  /** Of 127.0.0.1. */
  url: string;
  port: number;
  readonly posts: TakenPost[];
  /** The answer to a post: 204 unless it says otherwise; never for "silence". */
  onPost: (
    post: TakenPost,
  ) => { status: number; body?: string; headers?: Record<string, string> } | "silence" | undefined;
  until(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function openHooks(): Promise<Hooks> {
  const posts: TakenPost[] = [];
  const waiting: (() => void)[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const post = { path: request.url ?? "", headers: request.headers, body: await text(request) };
    posts.push(post);
    for (const go of waiting.splice(0)) go();
    const answer = hooks.onPost(post);
    if (answer === "silence") return;
    response.writeHead(answer?.status ?? 204, answer?.headers ?? {}).end(answer?.body ?? "");
  };
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const hooks: Hooks = {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    posts,
    onPost: () => undefined,
    async until(count) {
      while (posts.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return hooks;
}
