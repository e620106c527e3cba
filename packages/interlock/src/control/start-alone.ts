import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { Backoff } from "../database/backoff.ts";
import { systemCodeOf } from "../database/sqlstate.ts";

/** How long somebody else's start is waited for. */
const waitMs = 90_000;

/**
 * Does work while nobody else on this machine does the same on this path. Whoever works listens on a unix socket
 * there, which the system closes however the process ends; a socket file that nobody listens on is removed.
 */
export async function startAlone<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const backoff = new Backoff({ firstMs: 50, capMs: 500, forMs: waitMs });
  for (;;) {
    const held = await listen(path);
    if (held !== undefined) {
      try {
        return await work();
      } finally {
        held.close();
      }
    }
    // Better to try than to wait for ever: whoever comes second fails with words of its own.
    if (backoff.over) return work();
    if (!(await somebodyListens(path))) await rm(path, { force: true });
    else await backoff.pause();
  }
}

async function listen(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  server.listen(path);
  try {
    await once(server, "listening");
    return server;
  } catch (error) {
    if (systemCodeOf(error) === "EADDRINUSE") return undefined;
    throw error;
  }
}

async function somebodyListens(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
