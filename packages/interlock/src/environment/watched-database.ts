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

  look(): Promise<Look> {
    return this.using((client) => observeDatabase(client, this.#journals));
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
    await this.#drop();
  }

  async #run<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) throw new Error("a target is not looked at after its end");
    this.#client ??= this.#open();
    try {
      return await work(await this.#client);
    } catch (error) {
      // After anything that PostgreSQL did not say itself, nobody knows what the session still waits for.
      if (sessionIsGone(error) || !isServersAnswer(error)) await this.#drop();
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

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    // Not waited for: a server that has gone silent would not answer the farewell either.
    void client?.then(
      (open) => open.end(),
      () => undefined,
    );
  }
}

function isServersAnswer(error: unknown): boolean {
  return typeof error === "object" && error !== null && Reflect.get(error, "severity") !== undefined;
}
