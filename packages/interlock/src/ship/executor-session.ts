import type { Client, ClientConfig } from "pg";
import { Backoff } from "../database/backoff.ts";
import { connect } from "../database/connect.ts";
import { sessionIsGone, sqlstateOf } from "../database/sqlstate.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { alreadyShipping } from "./already-shipping.ts";
import { tryExecutorLock } from "./executor-lock.ts";
import { refusePooler, refuseStandby } from "./fit-session.ts";
import { interrupted } from "./interrupted.ts";
import { setUpSession } from "./session-set-up.ts";
import type { ShipEvent } from "./ship-event.ts";

/** How long an executor's lock is waited for: the server may take a moment to see that a killed one is gone. */
const lockWaitMs = 5_000;

interface SessionOptions {
  connection: ClientConfig;
  lockBudgetMs: number;
  reconnectForMs: number;
  signal: AbortSignal | undefined;
  emit: (event: ShipEvent) => void;
}

/**
 * The one session that does the work. It holds the executor's lock, so that a transaction of it can only be
 * committed while nobody else is at work. When it is lost it is opened anew, for a bounded time.
 */
export class ExecutorSession {
  readonly #options: SessionOptions;
  #client: Client;

  private constructor(client: Client, options: SessionOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Opens the session and takes the executor's lock. Throws `Failure` "already-shipping", "pooled-connection",
   * "database-read-only", or what `connect` throws.
   */
  static async open(options: SessionOptions): Promise<ExecutorSession> {
    const client = await openClient(options);
    try {
      await takeLock(client, { waitMs: lockWaitMs, signal: options.signal });
    } catch (error) {
      await client.end();
      throw error;
    }
    return new ExecutorSession(client, options);
  }

  /** For a second session beside it. */
  get connection(): ClientConfig {
    return this.#options.connection;
  }

  get client(): Client {
    return this.#client;
  }

  /**
   * Opens the session anew after it was lost, trying for `reconnectForMs`. What the lost one last did may or
   * may not have been committed: the journal says. Throws `Failure` "database-went-away".
   */
  async reopen({ why, state }: { why: string; state: string }): Promise<void> {
    const { emit, reconnectForMs, signal } = this.#options;
    emit({ type: "connection-lost", why });
    const lostAt = performance.now();
    await this.close();
    const backoff = new Backoff({ firstMs: 100, capMs: 2_000, forMs: reconnectForMs });
    let last = why;
    while (!backoff.over) {
      if (signal?.aborted === true) throw interrupted(state);
      await backoff.pause();
      try {
        const client = await openClient(this.#options);
        await takeLock(client, { waitMs: reconnectForMs, signal }).catch(async (error: unknown) => {
          await client.end();
          throw error;
        });
        this.#client = client;
        emit({ type: "reconnected", afterMs: Math.round(performance.now() - lostAt) });
        return;
      } catch (error) {
        if (!mayComeBack(error)) throw error;
        last = error instanceof Failure ? (error.why ?? error.message) : messageOf(error);
      }
    }
    throw new Failure({
      code: "database-went-away",
      message: "The connection to the database was lost and could not be made again.",
      why: last,
      state,
      next: "When the database is back, run `interlock status` to see how far the change is, then `interlock resume` or `interlock rollback`.",
    });
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

async function openClient({ connection, lockBudgetMs }: SessionOptions): Promise<Client> {
  const client = await connect(connection);
  try {
    await refusePooler(client);
    await setUpSession(client, { lockBudgetMs });
    await refuseStandby(client);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function takeLock(
  client: Client,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal | undefined },
): Promise<void> {
  const backoff = new Backoff({ firstMs: 20, capMs: 500, forMs: waitMs });
  while (!(await tryExecutorLock(client))) {
    if (backoff.over || signal?.aborted === true) throw await alreadyShipping(client);
    await backoff.pause();
  }
}

function mayComeBack(error: unknown): boolean {
  if (!(error instanceof Failure)) return sessionIsGone(error) || sqlstateOf(error) === "53300";
  return ["database-not-reachable", "database-not-ready", "too-many-connections"].includes(error.code);
}
