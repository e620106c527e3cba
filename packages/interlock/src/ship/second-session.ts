import type { Client, ClientConfig } from "pg";
import { connect } from "../database/connect.ts";
import { sleep } from "../std/sleep.ts";
import { breakOff, endForSure } from "./end-for-sure.ts";

/** How long the server may take over a small question, and to let one in who asks it. */
const answerMs = 5_000;
/** How long a question under way is waited for by who wants to leave. */
const leaveMs = 200;

/** Opens a session for small questions beside the one that does the work; an answer that does not come is an error. */
export function openBeside(connection: ClientConfig): Promise<Client> {
  return connect({ ...connection, connectionTimeoutMillis: answerMs, query_timeout: answerMs });
}

/**
 * A session that is opened with the first question and again after one that failed. Closing it never waits for long:
 * the network may have swallowed a question.
 */
export class SecondSession {
  readonly #connection: ClientConfig;
  #client: Client | undefined;
  #asking: Promise<unknown> | undefined;
  #closed = false;

  constructor(connection: ClientConfig) {
    this.#connection = connection;
  }

  /** Whether it waits for an answer. */
  get busy(): boolean {
    return this.#asking !== undefined;
  }

  /** Asks one thing at a time. */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    const asking = this.#ask(question).finally(() => {
      this.#asking = undefined;
    });
    this.#asking = asking.catch(() => undefined);
    return asking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const patience = new AbortController();
    if (this.#asking !== undefined)
      await Promise.race([this.#asking, sleep(leaveMs, patience.signal).catch(() => undefined)]);
    patience.abort();
    if (this.#client === undefined) return;
    if (this.busy) breakOff(this.#client);
    await endForSure(this.#client);
    this.#client = undefined;
  }

  async #ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    try {
      this.#client ??= await openBeside(this.#connection);
      const answer = await question(this.#client);
      // It was closed while it was being opened.
      if (this.#closed) await this.#drop();
      return answer;
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await endForSure(client);
  }
}
