import { Client, type ClientConfig } from "pg";
import { Backoff } from "../database/backoff.ts";
import { sessionIsGone } from "../database/sqlstate.ts";
import type { Shadow } from "../shadow/open-shadow.ts";
import { messageOf } from "../std/failure.ts";
import { brokenOff, timeIsUp } from "./sandbox/broken-off.ts";
import { endSession } from "./sandbox/end-session.ts";
import { defaultLimits, type Limits } from "./sandbox/limits.ts";
import { openMigrator } from "./sandbox/migrator.ts";
import { Overseer } from "./sandbox/overseer.ts";
import { visitorOf, type Visitor } from "./sandbox/visitor.ts";
import { WireSession } from "./wire-session.ts";

/** A server that has ended all sessions of its own accord starts anew; how long it may take until it lets anybody in. */
const recoveryMs = 20_000;

/**
 * Databases for SQL that nobody vouches for, and sessions in them as a role without rights beyond them. What
 * SQL itself could undo is held from outside: see `Overseer`.
 */
export class Sandbox {
  readonly #shadow: Shadow;
  readonly #visitor: Visitor;
  readonly #limits: Limits;
  #endsAt: number;

  private constructor(shadow: Shadow, { visitor, limits }: { visitor: Visitor; limits: Limits }) {
    this.#shadow = shadow;
    this.#visitor = visitor;
    this.#limits = limits;
    this.#endsAt = performance.now() + limits.totalMs;
  }

  /** Throws `Failure` "shadow-role-too-strong" or "shadow-role-refused" for a server of the user's. */
  static async open(shadow: Shadow, limits: Limits = defaultLimits): Promise<Sandbox> {
    return new Sandbox(shadow, { visitor: await visitorOf(shadow), limits });
  }

  /** A rehearsal begins: the time that it may take as a whole counts from now. */
  begin(): void {
    this.#endsAt = performance.now() + this.#limits.totalMs;
  }

  /** An empty database, or a copy. */
  async createDatabase(template?: string): Promise<string> {
    const database = await this.#shadow.createDatabase(template === undefined ? {} : { template });
    await this.#visitor.admit(database);
    if (template === undefined && this.#visitor.furnish !== undefined) {
      const admin = new Client(this.#shadow.connection(database));
      admin.on("error", () => undefined);
      await admin.connect();
      // Nothing of the user's is in there yet: no other session with more rights than theirs ever enters it.
      await admin.query(this.#visitor.furnish).finally(() => admin.end());
    }
    return database;
  }

  async dropDatabase(database: string): Promise<void> {
    try {
      await this.#shadow.dropDatabase(database);
    } catch (error) {
      // The embedded server takes what could not be dropped with it, or its keeper drops it: it is never the answer.
      if (!this.#shadow.isEmbedded) throw error;
    }
  }

  /** A session that migrations run in. A query that runs into a limit rejects with `LimitExceeded`. */
  migrator(database: string): Promise<Client> {
    return this.#open(database, (config) =>
      openMigrator(config, {
        limits: this.#limits,
        endsAt: () => this.#endsAt,
        end: (processId) => endSession(this.#shadow, processId),
        databaseBytes: () => this.#databaseBytes(database),
      }),
    );
  }

  /** A session that statements of workloads run in. */
  session(database: string): Promise<WireSession> {
    const { workloadStatementMs: statementMs } = this.#limits;
    return this.#open(database, (config) =>
      WireSession.open(
        {
          ...config,
          statement_timeout: statementMs,
          lock_timeout: 1_000,
          idle_in_transaction_session_timeout: 60_000,
        },
        ({ processId, destroy, stream }) =>
          new Overseer(
            {
              stream,
              statementMs,
              databaseBytes: () => this.#databaseBytes(database),
              end: async () => {
                await endSession(this.#shadow, processId);
                destroy();
              },
            },
            { limits: this.#limits, endsAt: () => this.#endsAt },
          ),
      ),
    );
  }

  async #open<T>(database: string, open: (config: ClientConfig) => Promise<T>): Promise<T> {
    const config = { ...this.#visitor.connection(database), application_name: "interlock-rehearsal" };
    const backoff = new Backoff({ firstMs: 20, capMs: 500, forMs: recoveryMs });
    for (;;) {
      if (performance.now() >= this.#endsAt) throw timeIsUp(this.#limits.totalMs);
      try {
        return await open(config);
      } catch (error) {
        if (backoff.over || !sessionIsGone(error)) {
          throw brokenOff(`A session could not be opened: ${messageOf(error)}.`, error);
        }
        await backoff.pause();
      }
    }
  }

  async #databaseBytes(database: string): Promise<number> {
    const answer = await this.#shadow
      .query<{ bytes: string }>("select pg_database_size($1::text)::text as bytes", [database])
      // Nothing to go by: the next look asks again.
      .catch(() => []);
    return Number(answer[0]?.bytes ?? 0);
  }
}
