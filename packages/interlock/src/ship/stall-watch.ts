import type { Duplex } from "node:stream";
import type { Client, ClientConfig } from "pg";
import { Failure } from "../std/failure.ts";
import { breakOff, endForSure } from "./end-for-sure.ts";
import { openBeside } from "./second-session.ts";

interface WatchOptions {
  client: Client;
  /** Its server process. */
  pid: number;
  backendStart: string;
  connection: ClientConfig;
  stalledAfterMs: number;
}

/** How often in a row it must look wrong: an answer may be on its way just when the server is asked. */
const looksUntilBroken = 2;

type Finding = "at-work" | "idle" | "gone" | "unreachable";

/**
 * Finds out that a session is lost where nothing says so: a network that swallows everything, a machine that lost its
 * power. While an answer is due and nothing has come for `stalledAfterMs`, the server is asked over another session
 * whether the first one is at work; where it isn't, ours is broken off, and what waited on it fails as on any lost
 * connection. An index may take its hours: the server says that it is at work.
 */
export class StallWatch {
  readonly #options: WatchOptions;
  readonly #timer: NodeJS.Timeout;
  #quietSince = performance.now();
  #traffic = "";
  #wrongLooks = 0;
  #looking: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), Math.max(10, options.stalledAfterMs / 3)).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #tick(): void {
    const { client, stalledAfterMs } = this.#options;
    const traffic = trafficOf(client);
    const waits = Reflect.get(client, "readyForQuery") === false;
    if (!waits || traffic !== this.#traffic) {
      this.#traffic = traffic;
      this.#rest();
      return;
    }
    if (this.#looking !== undefined || performance.now() - this.#quietSince < stalledAfterMs) return;
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  #rest(): void {
    this.#quietSince = performance.now();
    this.#wrongLooks = 0;
  }

  async #look(): Promise<void> {
    const found = await this.#ask();
    // The answer has come meanwhile.
    if (trafficOf(this.#options.client) !== this.#traffic) return;
    if (found === "at-work") return this.#rest();
    this.#wrongLooks += 1;
    if (found === "gone" || this.#wrongLooks >= looksUntilBroken) breakOff(this.#options.client);
  }

  async #ask(): Promise<Finding> {
    const { connection, pid, backendStart } = this.#options;
    let client: Client | undefined;
    try {
      client = await openBeside(connection);
      const { rows } = await client.query<{ state: string | null }>(
        `select state from pg_catalog.pg_stat_activity
          where pid = $1::integer and backend_start = $2::timestamptz`,
        [pid, backendStart],
      );
      const [row] = rows;
      if (row === undefined) return "gone";
      return row.state?.startsWith("idle") === true ? "idle" : "at-work";
    } catch (error) {
      // A server that refuses one more session is there.
      return error instanceof Failure && error.code !== "database-not-reachable" ? "at-work" : "unreachable";
    } finally {
      if (client !== undefined) await endForSure(client);
    }
  }
}

/** What has gone over a session's wire, in bytes there and back. */
function trafficOf(client: Client): string {
  const wire: unknown = Reflect.get(client, "connection");
  if (typeof wire !== "object" || wire === null) return "";
  const stream = Reflect.get(wire, "stream") as
    | (Duplex & { bytesRead?: number; bytesWritten?: number })
    | undefined;
  return `${String(stream?.bytesRead)}/${String(stream?.bytesWritten)}`;
}
