import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError, type ClientConfig } from "pg";
import { report } from "../platform/report.ts";
import type { Statement } from "./statement.ts";

/** Longer than the server lets any statement run, so that only a server that is gone lets this pass. */
const noAnswerMs = 10_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

/**
 * One session on the database that several callers use at once: statements are sent without waiting for the
 * answers to those before them (a pipeline), each its own transaction. A session that breaks opens itself
 * again; what was in flight on it fails, because nobody knows whether it was done.
 */
export class Session {
  /** How many statements it has been given and not answered. */
  inFlight = 0;
  #client: Client | undefined;
  #closing = false;
  #opening: Promise<void> | undefined;
  readonly #config: ClientConfig;
  readonly #onReady: () => void;

  constructor(config: ClientConfig, onReady: () => void) {
    this.#config = { ...config, pipeline: true, query_timeout: noAnswerMs };
    this.#onReady = onReady;
  }

  get isReady(): boolean {
    return this.#client !== undefined;
  }

  /** Opens it for the first time. Throws when the database can't be reached. */
  async open(): Promise<void> {
    const client = new Client(this.#config);
    client.on("error", (error) => this.#lose(client, error));
    await client.connect();
    this.#client = client;
    this.#onReady();
  }

  async run<Row extends object>({ name, sql }: Statement, values: readonly unknown[]): Promise<Row[]> {
    const client = this.#client;
    if (client === undefined) throw new Error("only a session that is ready takes statements");
    this.inFlight += 1;
    try {
      const { rows } = await client.query<Row>({ name, text: sql, values: [...values] });
      return rows;
    } catch (error) {
      // Anything but an answer of the server means that the connection is broken, before it says so itself, and
      // FATAL that the server is about to end it.
      if (!(error instanceof DatabaseError) || error.severity === "FATAL") this.#lose(client, error);
      throw error;
    } finally {
      this.inFlight -= 1;
    }
  }

  /** Only for a session that nothing is in flight on. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#opening;
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  #lose(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    // Of a connection that is broken there is nothing to wait for, and a second error says nothing new.
    client.end().catch(() => undefined);
    if (this.#closing) return;
    report({ event: "database-session-lost", message: String(error) });
    this.#opening = this.#openAgain().finally(() => (this.#opening = undefined));
  }

  async #openAgain(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!this.#closing) {
      try {
        await this.open();
        return;
      } catch {
        // That it was lost has been reported; callers are told that there is no session.
        await sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }
}
