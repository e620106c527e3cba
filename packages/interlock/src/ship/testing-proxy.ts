import { once } from "node:events";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import type { ClientConfig } from "pg";

/** What is done to a connection once so many bytes have gone one way: from the client, or from the server. */
export interface Fault {
  after: number;
  from: "client" | "server";
  /** `cut`: both sides are closed. `hang`: nothing gets through any more, and nobody is told. */
  how: "cut" | "hang";
}

interface Pair {
  client: Socket;
  server: Socket;
  bytes: Record<Fault["from"], number>;
  hangs: boolean;
}

/** For tests only: stands between an executor and its database, and fails as networks do. */
export class TestingProxy {
  readonly #server: Server;
  #target: { host: string; port: number };
  #pairs: Pair[] = [];
  #fault: Fault | undefined;
  #closed = false;

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    this.#target = target;
    server.on("connection", (client) => this.#pass(client));
  }

  /** In front of the server at this address, which may be a unix socket's folder. */
  static async open(target: { host: string; port: number }): Promise<TestingProxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TestingProxy(server, target);
  }

  /** The same connection, through the proxy. */
  through(connection: ClientConfig): ClientConfig {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    return { ...connection, host: "127.0.0.1", port: address.port };
  }

  /** What becomes of the next connection that is made. */
  failNext(fault: Fault): void {
    this.#fault = fault;
  }

  /** New connections go there from now on; those there are broken off. */
  lead(target: { host: string; port: number }): void {
    this.#target = target;
    this.cutAll();
  }

  cutAll(): void {
    for (const pair of this.#pairs) end(pair);
    this.#pairs = [];
  }

  /** Nothing gets through to anybody who is connected now. */
  hangAll(): void {
    for (const pair of this.#pairs) pair.hangs = true;
  }

  /** The bytes of the connection that was made first, either way. */
  get bytesOfFirst(): Record<Fault["from"], number> {
    const [first] = this.#pairs;
    if (first === undefined) throw new Error("nobody has connected yet");
    return first.bytes;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.cutAll();
    this.#server.close();
    await once(this.#server, "close");
  }

  #pass(client: Socket): void {
    if (this.#closed) return void client.destroy();
    const { host, port } = this.#target;
    const server = host.startsWith("/")
      ? dial({ path: `${host}/.s.PGSQL.${String(port)}` })
      : dial({ host, port });
    const pair: Pair = { client, server, bytes: { client: 0, server: 0 }, hangs: false };
    const fault = this.#fault;
    this.#fault = undefined;
    this.#pairs.push(pair);
    const carry = (from: Fault["from"], to: Socket) => (chunk: Buffer) => {
      if (pair.hangs) return;
      const left = fault?.from === from ? fault.after - pair.bytes[from] : Number.POSITIVE_INFINITY;
      pair.bytes[from] += chunk.length;
      if (chunk.length < left) return void to.write(chunk);
      to.write(chunk.subarray(0, left), () => {
        if (fault?.how === "cut") end(pair);
      });
      pair.hangs = true;
    };
    client.on("data", carry("client", server));
    server.on("data", carry("server", client));
    for (const socket of [client, server]) {
      socket.on("error", () => end(pair));
      // A connection that hangs tells neither side that the other has closed it.
      socket.on("close", () => (pair.hangs && fault?.how !== "cut" ? undefined : end(pair)));
    }
  }
}

function end({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}
