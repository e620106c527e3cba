import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { messageOf } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";
import { connectUpstream } from "./connect-upstream.ts";
import type { Observer } from "./observation.ts";
import { ChannelBindingFilter, fatalError } from "./server-message.ts";
import { SessionRecorder } from "./session-recorder.ts";
import { readStartup } from "./startup.ts";
import { displayUpstream, type Upstream } from "./upstream.ts";

/** A proxy that is listening on loopback. */
export interface RecordProxy {
  readonly host: string;
  readonly port: number;
  /** Sessions that clients opened so far; cancel requests are none. */
  readonly connections: number;
  /** Why connections could not be read to their end, one for each. They were served all the same. */
  readonly unreadable: readonly string[];
  /** Lets open connections finish for `graceMs`, ends those that don't, and stops listening. */
  close(graceMs?: number): Promise<void>;
}

export interface RecordProxyOptions {
  upstream: Upstream;
  observer: Observer;
}

/**
 * Starts a proxy between PostgreSQL clients and their database. Bytes go through verbatim, in both
 * directions, with back-pressure and without being kept; the observer is told what they say. Trouble in
 * reading them ends the recording of that connection and nothing else.
 */
export async function recordProxy(options: RecordProxyOptions): Promise<RecordProxy> {
  const state = { connections: 0, unreadable: [] as string[], open: new Set<Socket>() };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    keep(client, state.open);
    serve(client, options, state).catch((error: unknown) => {
      client.end(fatalError({ sqlstate: "08P01", message: messageOf(error) }));
    });
  });
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    host: address.address,
    port: address.port,
    get connections() {
      return state.connections;
    },
    get unreadable() {
      return state.unreadable;
    },
    close: async (graceMs = 500) => closeServer(server, state.open, graceMs),
  };
}

interface ProxyState {
  connections: number;
  unreadable: string[];
  open: Set<Socket>;
}

function keep(socket: Socket, open: Set<Socket>): void {
  open.add(socket);
  // An error is followed by "close", where both sides are ended; there is nothing else to do about it.
  socket.on("error", () => socket.destroy());
  socket.once("close", () => open.delete(socket));
}

async function serve(
  client: Socket,
  { upstream, observer }: RecordProxyOptions,
  state: ProxyState,
): Promise<void> {
  const startup = await readStartup(client);
  if (startup === undefined) {
    client.destroy();
    return;
  }
  let server: Socket;
  try {
    server = await connectUpstream(upstream);
  } catch (error) {
    const message = `interlock record: no connection to the database at ${displayUpstream(upstream)}: ${messageOf(error)}`;
    client.end(fatalError({ sqlstate: "08006", message }));
    return;
  }
  keep(server, state.open);
  if (client.destroyed) {
    server.destroy();
    return;
  }
  server.write(startup.packet);
  const recording = startup.kind === "session" ? guardedRecorder(observer, state) : undefined;
  if (recording !== undefined) state.connections += 1;
  if (startup.rest.length > 0) {
    recording?.fromClient(startup.rest);
    server.write(startup.rest);
  }
  const filter = server instanceof TLSSocket ? new ChannelBindingFilter() : undefined;
  pump(client, server, (chunk) => {
    recording?.fromClient(chunk);
    return chunk;
  });
  pump(server, client, (chunk) => {
    const passed = filter?.pass(chunk) ?? chunk;
    recording?.fromServer(passed);
    return passed;
  });
  client.once("close", () => recording?.end());
}

/** Passes bytes on, stops reading while the other side does not take them, and ends it where this side ends. */
function pump(from: Socket, to: Socket, pass: (chunk: Buffer) => Buffer): void {
  from.on("data", (chunk: Buffer) => {
    const passed = pass(chunk);
    if (passed.length === 0 || to.write(passed)) return;
    from.pause();
    to.once("drain", () => from.resume());
  });
  from.once("end", () => to.end());
  from.once("close", () => {
    to.destroySoon();
  });
  from.resume();
}

/** A recorder that stops at the first thing it does not understand, and says so once. */
function guardedRecorder(
  observer: Observer,
  state: ProxyState,
): Pick<SessionRecorder, "fromClient" | "fromServer" | "end"> {
  let recorder: SessionRecorder | undefined = new SessionRecorder(observer);
  const guarded = (record: (recorder: SessionRecorder) => void): void => {
    if (recorder === undefined) return;
    try {
      record(recorder);
    } catch (error) {
      recorder.end();
      recorder = undefined;
      state.unreadable.push(messageOf(error));
    }
  };
  return {
    fromClient: (chunk) => {
      guarded((open) => {
        open.fromClient(chunk);
      });
    },
    fromServer: (chunk) => {
      guarded((open) => {
        open.fromServer(chunk);
      });
    },
    end: () => {
      guarded((open) => {
        open.end();
      });
    },
  };
}

async function closeServer(server: Server, open: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  const until = Date.now() + graceMs;
  while (open.size > 0 && Date.now() < until) await sleep(10);
  for (const socket of open) socket.destroy();
  await closed;
}
