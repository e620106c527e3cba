import type { Client, ClientConfig } from "pg";
import { Backoff } from "../database/backoff.ts";
import { connect } from "../database/connect.ts";
import { sessionIsGone, sqlstateOf } from "../database/sqlstate.ts";
import { Failure, factsOf, messageOf } from "../std/failure.ts";
import { alreadyShipping } from "./already-shipping.ts";
import { endForSure } from "./end-for-sure.ts";
import { tryExecutorLock } from "./executor-lock.ts";
import { refusePooler, refuseStandby } from "./fit-session.ts";
import { interrupted } from "./interrupted.ts";
import { readIdentity, refuseOtherServer, type ServerIdentity } from "./server-identity.ts";
import { setUpSession } from "./session-set-up.ts";
import type { ShipEvent } from "./ship-event.ts";
import { StallWatch } from "./stall-watch.ts";
import { wentAway } from "./went-away.ts";

/** How long an executor's lock is waited for: the server may take a moment to see that a killed one is gone. */
const lockWaitMs = 5_000;

interface SessionOptions {
  connection: ClientConfig;
  lockBudgetMs: number;
  reconnectForMs: number;
  stalledAfterMs: number;
  signal: AbortSignal | undefined;
  emit: (event: ShipEvent) => void;
}

interface Opened {
  client: Client;
  identity: ServerIdentity;
}

/**
 * The one session that does the work. It holds the executor's lock, so that a transaction of it can only be
 * committed while nobody else is at work. When it is lost it is opened anew, for a bounded time; one that is lost
 * without a word is found by the watch.
 */
export class ExecutorSession {
  readonly #options: SessionOptions;
  #client: Client;
  #identity: ServerIdentity;
  #watch: StallWatch;

  private constructor({ client, identity }: Opened, options: SessionOptions) {
    this.#client = client;
    this.#identity = identity;
    this.#options = options;
    this.#watch = new StallWatch({ client, ...identity, ...options });
  }

  /**
   * Opens the session and takes the executor's lock. Throws `Failure` "already-shipping", "pooled-connection",
   * "database-read-only", "database-went-away", or what `connect` throws.
   */
  static async open(options: SessionOptions): Promise<ExecutorSession> {
    try {
      const opened = await openClient(options, {});
      await takeLock(opened.client, { waitMs: lockWaitMs, signal: options.signal }).catch(
        async (error: unknown) => {
          await endForSure(opened.client);
          throw error;
        },
      );
      return new ExecutorSession(opened, options);
    } catch (error) {
      if (!sessionIsGone(error)) throw error;
      throw wentAway({ why: messageOf(error), state: "This command changed nothing." });
    }
  }

  /** For a second session beside it. */
  get connection(): ClientConfig {
    return this.#options.connection;
  }

  get client(): Client {
    return this.#client;
  }

  /**
   * Opens the session anew after it was lost, trying for `reconnectForMs`, also while a standby answers that may be
   * about to take over. What the lost one last did may or may not have been committed, and a server that took over
   * may have lost more: the journal says. Throws `Failure` "database-went-away" or "other-server".
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
        await this.#openAgain(state);
        emit({ type: "reconnected", afterMs: Math.round(performance.now() - lostAt) });
        return;
      } catch (error) {
        if (!mayComeBack(error)) throw error instanceof Failure ? inState(error, state) : error;
        last = error instanceof Failure ? whyOf(error) : messageOf(error);
      }
    }
    throw wentAway({ why: last, state });
  }

  async #openAgain(state: string): Promise<void> {
    const { reconnectForMs, signal } = this.#options;
    const before = this.#identity;
    const opened = await openClient(this.#options, { state });
    const { client, identity } = opened;
    try {
      refuseOtherServer({ before, now: identity, state });
      // A session that was lost without the server's knowledge would keep the lock for as long as it thinks us there.
      await client.query(
        `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
          where pid = $1::integer and backend_start = $2::timestamptz and usename = current_user`,
        [before.pid, before.backendStart],
      );
      await takeLock(client, { waitMs: reconnectForMs, signal });
    } catch (error) {
      await endForSure(client);
      throw error;
    }
    this.#client = client;
    this.#identity = identity;
    this.#watch = new StallWatch({ client, ...identity, ...this.#options });
  }

  async close(): Promise<void> {
    await this.#watch.close();
    await endForSure(this.#client);
  }
}

async function openClient(
  { connection, lockBudgetMs }: SessionOptions,
  told: { state?: string },
): Promise<Opened> {
  const client = await connect(connection, told);
  try {
    await refusePooler(client);
    await setUpSession(client, { lockBudgetMs });
    await refuseStandby(client);
    return { client, identity: await readIdentity(client) };
  } catch (error) {
    await endForSure(client);
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

/** What a server says that is just starting, stopping or taking over. */
const passing = [
  "database-not-reachable",
  "database-not-ready",
  "too-many-connections",
  "database-read-only",
];

function mayComeBack(error: unknown): boolean {
  return error instanceof Failure
    ? passing.includes(error.code)
    : sessionIsGone(error) || sqlstateOf(error) === "53300";
}

function whyOf({ message, why }: Failure): string {
  return why === undefined ? message : `${message} ${why}`;
}

/** In the middle of a change it would be wrong that nothing was changed. */
function inState(failure: Failure, state: string): Failure {
  if (failure.state?.startsWith(state) === true) return failure;
  return new Failure({ ...factsOf(failure), state, cause: failure });
}
