import type { Client, ClientConfig } from "pg";
import { connect } from "../database/connect.ts";
import { sessionIsGone } from "../database/sqlstate.ts";
import { JournalReader } from "./journal-view.ts";
import { observeDatabase, type Look } from "./observe-database.ts";

/** How long opening a session and one statement on it may take, in milliseconds. */
const timeoutMs = 2_000;

/** One target database with the session that is kept for looking at it. What is asked of it is done one by one. */
export class WatchedDatabase {
  readonly #connection: () => ClientConfig;
  readonly #journals = new JournalReader();
  #client: Promise<Client> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(connection: () => ClientConfig) {
    this.#connection = connection;
  }

  async look(): Promise<Look> {
    const work = (client: Client): Promise<Look> => observeDatabase(client, this.#journals);
    try {
      return await this.using(work);
    } catch (error) {
      // A session that had ended since the last look says nothing about the database.
      if (!sessionIsGone(error)) throw error;
      return this.using(work);
    }
  }

  /** Runs `work` on the session when those before it are through; a session that is gone is opened anew for the next. */
  using<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(() => this.#run(work));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue;
    this.#drop();
  }

  async #run<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) throw new Error("a target is not looked at after its end");
    this.#client ??= this.#open();
    let client: Client;
    try {
      client = await this.#client;
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
    try {
      return await work(client);
    } catch (error) {
      if (sessionIsGone(error) || hasGoneSilent(error)) this.#drop();
      throw error;
    }
  }

  async #open(): Promise<Client> {
    return connect({
      connectionTimeoutMillis: timeoutMs,
      query_timeout: 5 * timeoutMs,
      statement_timeout: timeoutMs,
      ...this.#connection(),
    });
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    // Not waited for: a server that has gone silent would not answer the farewell either.
    client?.then((open) => open.end()).catch(() => undefined);
  }
}

/** Whether the client gave up waiting for an answer, so that nobody knows what the session still does. */
function hasGoneSilent(error: unknown): boolean {
  return error instanceof Error && error.message === "Query read timeout";
}
