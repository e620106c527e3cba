import { Client, type ClientConfig } from "pg";
import type { Shadow } from "../shadow/open-shadow.ts";
import { WireSession } from "./wire-session.ts";

/** Owns the databases of a rehearsal on the embedded server: no superuser, so no files and no programs. */
const role = "interlock_sandbox";

/** What a statement of a workload may take before it counts as not exercised, in milliseconds. */
const statementTimeoutMs = 2_000;
/** What one statement of a migration may take. */
const migrationTimeoutMs = 120_000;

const revokeSignals =
  "revoke execute on function pg_terminate_backend(integer, bigint), pg_cancel_backend(integer) from public";

/**
 * Databases for SQL that nobody vouches for. On the embedded server they belong to a role without rights
 * beyond them; on a server of the user's to whatever role its address names.
 */
export class Sandbox {
  readonly #shadow: Shadow;
  readonly #config: (database: string) => ClientConfig;
  readonly #ownsDatabases: boolean;

  private constructor(shadow: Shadow, sandboxed: boolean) {
    this.#shadow = shadow;
    this.#ownsDatabases = sandboxed;
    this.#config = (database) => ({
      ...shadow.connection(database),
      ...(sandboxed ? { user: role } : {}),
      application_name: "interlock-rehearsal",
    });
  }

  static async open(shadow: Shadow): Promise<Sandbox> {
    if (shadow.connection("postgres").connectionString !== undefined) return new Sandbox(shadow, false);
    // Another process may make it at the same time: the loser finds it made.
    await shadow.administer(
      `do $$ begin
         if exists (select from pg_roles where rolname = '${role}') then return; end if;
         create role ${role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
         alter role ${role} set temp_file_limit = '512MB';
       exception when duplicate_object or unique_violation then null; end $$`,
    );
    return new Sandbox(shadow, true);
  }

  /** An empty database, or a copy. */
  async createDatabase(template?: string): Promise<string> {
    const database = await this.#shadow.createDatabase({
      ...(template === undefined ? {} : { template }),
      ...(this.#ownsDatabases ? { owner: role } : {}),
    });
    if (!this.#ownsDatabases || template !== undefined) return database;
    const admin = new Client(this.#shadow.connection(database));
    await admin.connect();
    try {
      // All sessions of a rehearsal have one role, so a statement could end the others.
      await admin.query(revokeSignals);
    } finally {
      await admin.end();
    }
    return database;
  }

  dropDatabase(database: string): Promise<void> {
    return this.#shadow.dropDatabase(database);
  }

  /** A session that migrations run in. */
  async migrator(database: string): Promise<Client> {
    const client = new Client({
      ...this.#config(database),
      statement_timeout: migrationTimeoutMs,
      lock_timeout: 10_000,
    });
    // A session that ends by itself is noticed by the next query on it.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** A session that statements of workloads run in. */
  session(database: string): Promise<WireSession> {
    return WireSession.open({
      ...this.#config(database),
      statement_timeout: statementTimeoutMs,
      lock_timeout: 1_000,
      idle_in_transaction_session_timeout: 60_000,
    });
  }
}
