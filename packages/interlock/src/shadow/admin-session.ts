import { Client, type ClientConfig, type QueryResultRow } from "pg";
import { Backoff } from "../database/backoff.ts";
import { sessionIsGone } from "../database/sqlstate.ts";

/** Whoever statements can be given to. */
export interface Asked {
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** A server that ends a session of its own accord starts anew and lets nobody in until it has recovered. */
const recoveryMs = 20_000;

/**
 * A session with all rights, for what concerns the server as a whole. It is opened anew when the server has ended
 * it, since SQL can make a server crash; the locks that say what is in use are taken again then.
 */
export class AdminSession implements Asked {
  readonly #config: ClientConfig;
  readonly #held = new Set<string>();
  #client: Client;
  #last: Promise<void> = Promise.resolve();
  /** Whoever still asks then is not answered, and no session is opened for them. */
  #isOver = false;

  private constructor(config: ClientConfig, client: Client) {
    this.#config = config;
    this.#client = client;
  }

  static async open(config: ClientConfig): Promise<AdminSession> {
    const timeouts = { statement_timeout: 120_000, lock_timeout: 60_000 };
    const client = await connect({ ...config, ...timeouts });
    return new AdminSession({ ...config, ...timeouts }, client);
  }

  /** One after the other, in the order in which they are asked. */
  query<Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<{ rows: Row[] }> {
    const answer = this.#last.then(() => this.#ask<Row>(sql, values));
    // Whoever asked hears of the failure; the next in line only waits.
    this.#last = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  async #ask<Row extends QueryResultRow>(sql: string, values: unknown[]): Promise<{ rows: Row[] }> {
    // Without values it is a simple query, which may hold several statements.
    const ask = (client: Client): Promise<{ rows: Row[] }> =>
      values.length === 0 ? client.query<Row>(sql) : client.query<Row>(sql, values);
    try {
      return await ask(this.#client);
    } catch (error) {
      if (!sessionIsGone(error) || this.#isOver) throw error;
      await this.#reopen();
      // What was under way may have been done; what found the session over already was not begun.
      if (!isNotBegun(error)) throw error;
      return ask(this.#client);
    }
  }

  /** Takes the lock of a name, held by this session: it says that what is called so is in use; see dropAbandoned. */
  async hold(name: string): Promise<void> {
    await this.query(lock, [name]);
    this.#held.add(name);
  }

  async letGo(name: string): Promise<void> {
    this.#held.delete(name);
    await this.query("select pg_advisory_unlock(hashtextextended($1::text, 0))", [name]);
  }

  async end(): Promise<void> {
    await this.#last;
    this.#isOver = true;
    await this.#client.end();
  }

  async #reopen(): Promise<void> {
    const backoff = new Backoff({ firstMs: 20, capMs: 500, forMs: recoveryMs });
    for (;;) {
      try {
        const client = await connect(this.#config);
        for (const name of this.#held) await client.query(lock, [name]);
        this.#client = client;
        return;
      } catch (error) {
        // The next query finds the session over, and tries again.
        if (backoff.over || this.#isOver || !sessionIsGone(error)) return;
        await backoff.pause();
      }
    }
  }
}

const lock = "select pg_advisory_lock(hashtextextended($1::text, 0))";

async function connect(config: ClientConfig): Promise<Client> {
  const client = new Client(config);
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** pg's own answer to a query on a session that was over before it. */
function isNotBegun(error: unknown): boolean {
  return error instanceof Error && /not queryable|^Client was closed/.test(error.message);
}
