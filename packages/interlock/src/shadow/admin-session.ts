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
  #client: Promise<Client>;

  private constructor(config: ClientConfig, client: Client) {
    this.#config = config;
    this.#client = Promise.resolve(client);
  }

  static async open(config: ClientConfig): Promise<AdminSession> {
    const timeouts = { statement_timeout: 120_000, lock_timeout: 60_000 };
    const client = await connect({ ...config, ...timeouts });
    return new AdminSession({ ...config, ...timeouts }, client);
  }

  async query<Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<{ rows: Row[] }> {
    const client = await this.#client;
    try {
      // Without values it is a simple query, which may hold several statements.
      return await (values.length === 0 ? client.query<Row>(sql) : client.query<Row>(sql, values));
    } catch (error) {
      if (!sessionIsGone(error)) throw error;
      const again = await this.#reopen(client);
      // What was under way may have been done; what found the session over already was not begun.
      if (!isNotBegun(error)) throw error;
      return values.length === 0 ? again.query<Row>(sql) : again.query<Row>(sql, values);
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
    await (await this.#client).end();
  }

  async #reopen(old: Client): Promise<Client> {
    // Several queries may notice at once: the first opens the new session.
    if ((await this.#client) === old) this.#client = this.#connectAgain(old);
    return this.#client;
  }

  async #connectAgain(old: Client): Promise<Client> {
    const backoff = new Backoff({ firstMs: 20, capMs: 500, forMs: recoveryMs });
    for (;;) {
      try {
        const client = await connect(this.#config);
        for (const name of this.#held) await client.query(lock, [name]);
        return client;
      } catch (error) {
        // The next query says that the session is over, and tries again.
        if (backoff.over || !sessionIsGone(error)) return old;
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
