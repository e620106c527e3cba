import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** One address, whichever processes are running behind it: what a load balancer is for clients. */
export interface Front {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** New connections go to these, in turn; those that are open stay where they are. */
  use(urls: readonly string[]): void;
  close(): Promise<void>;
}

/** The addresses of a platform. */
export interface Fronts {
  api: Front;
  terminals: Front;
  close(): Promise<void>;
}

export async function openFronts(): Promise<Fronts> {
  const api = await openFront();
  const terminals = await openFront();
  return {
    api,
    terminals,
    async close() {
      await api.close();
      await terminals.close();
    },
  };
}

/** Opens the address on loopback. With nothing behind it a connection is closed at once. */
async function openFront(): Promise<Front> {
  let targets: URL[] = [];
  let next = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const target = targets[next++ % Math.max(1, targets.length)];
    if (target === undefined) {
      client.destroy();
      return;
    }
    const behind = connect({ host: target.hostname, port: Number(target.port) });
    for (const [end, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(end);
      // A connection that breaks on one side is closed on the other; whoever asked hears of it there.
      end.on("error", () => other.destroy());
      end.on("close", () => {
        open.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // It is there for others: a start that fails half-way ends all the same.
  server.unref();
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    use(urls) {
      targets = urls.map((url) => new URL(url));
    },
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      if (server.listening) await once(server, "close");
    },
  };
}
