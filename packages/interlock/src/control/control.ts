import { Pool, type ClientConfig, type PoolClient } from "pg";
import { checkDatabaseUrl } from "../database/database-url.ts";
import { appendToAuditLog, type AuditEntry } from "./append-to-audit-log.ts";
import { appendEvents, type NewEvent } from "./append-events.ts";
import { controlFailure, controlNotReachable, sessionIsLost } from "./control-failure.ts";

/** The control database, as everything above it uses it. */
export interface Control {
  readonly connection: ClientConfig;
  /** One statement, in a transaction of its own; for reading, and for housekeeping that nobody decides on. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Several statements in one transaction (read committed), with what they mean for the audit log and for live
   * views. All of it is committed, or none.
   */
  transact<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface Transaction {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Every mutation that somebody decided on has an entry in the audit log. */
  audit(entry: AuditEntry): void;
  emit(event: NewEvent): void;
}

/** How long one statement may take, waiting for others included, before PostgreSQL ends it. */
const statementTimeoutMs = 15_000;

/** How long an answer is waited for: a database whose machine went away does not even say that. */
const answerTimeoutMs = 20_000;

/** Sessions of one server on the control database at most. */
const mostSessions = 10;

/**
 * Opens sessions on a control database whose schema is up to date. `application_name` is the server's own app
 * version, so that Interlock can tell its versions apart when its own schema changes.
 */
export function openControl(
  connection: ClientConfig,
  { applicationName, answerWithinMs = answerTimeoutMs }: { applicationName: string; answerWithinMs?: number },
): Control {
  checkDatabaseUrl(connection.connectionString, "Nothing was changed.");
  const pool = new Pool({
    connectionTimeoutMillis: 5_000,
    ...connection,
    application_name: applicationName,
    max: mostSessions,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerWithinMs,
    idle_in_transaction_session_timeout: 30_000,
  });
  // A session that breaks while nobody uses it is no event; the next caller gets another one.
  pool.on("error", () => undefined);
  // One that breaks between two statements of somebody who has it shows in the next statement.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return {
    connection,
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      const client = await lend(pool);
      let broken = false;
      try {
        return (await client.query<Row>(sql, [...values])).rows;
      } catch (error) {
        broken = sessionIsLost(error);
        // A statement by itself commits by itself.
        throw controlFailure(error, { committing: !/^\s*select\b/i.test(sql) });
      } finally {
        client.release(broken);
      }
    },
    async transact(work) {
      const client = await lend(pool);
      let committing = false;
      let broken = false;
      try {
        await client.query("begin");
        const result = await carryOut(client, work);
        committing = true;
        await client.query("commit");
        return result;
      } catch (error) {
        broken = sessionIsLost(error) || !(await rolledBack(client));
        throw controlFailure(error, { committing });
      } finally {
        client.release(broken);
      }
    },
    async close() {
      await pool.end();
    },
  };
}

/** Whether the session can be used again. */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query("rollback");
    return true;
  } catch {
    return false;
  }
}

async function carryOut<Result>(
  client: PoolClient,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const entries: AuditEntry[] = [];
  const events: NewEvent[] = [];
  // One after the other, whoever asks at once: a session does one thing at a time.
  let last: Promise<unknown> = Promise.resolve();
  const result = await work({
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      const answer = last.then(() => client.query<Row>(sql, [...values]));
      last = answer.catch(() => undefined);
      return (await answer).rows;
    },
    audit: (entry) => {
      entries.push(entry);
    },
    emit: (event) => {
      events.push(event);
    },
  });
  await last;
  await appendEvents(client, events);
  // Last, since entries are written one after another: until the commit everybody else who has one waits.
  await appendToAuditLog(client, entries);
  return result;
}

async function lend(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw controlNotReachable(error);
  }
}
