import { Pool } from "pg";
import { report } from "../platform/report.ts";
import type { Statement } from "./statement.ts";

/** Sessions of one app version on the database. */
export interface Database {
  /** Runs a prepared statement on its own (autocommit) and returns its rows. */
  run<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Opens every session now, so that the first requests don't wait for it. Throws when the database can't be reached. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/** The database has more waiting for it than it can answer in time. */
export class DatabaseBusy extends Error {
  override name = "DatabaseBusy";
}

const longestQueue = 500;

/**
 * Opens a bounded pool. `application` is sent as application_name, so that anyone who looks at the
 * sessions sees which app version they belong to. No statement may take longer than 5 s.
 */
export function openDatabase({
  url,
  application,
  connections = 10,
}: {
  url: string;
  application: string;
  connections?: number;
}): Database {
  const pool = new Pool({
    connectionString: url,
    application_name: application,
    max: connections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 5_000,
  });
  // An idle session that breaks (a restart of the server) is replaced at the next statement.
  pool.on("error", (error) => {
    report({ event: "database-session-lost", message: error.message });
  });
  return {
    async run<Row extends object>({ name, sql }: Statement, values: readonly unknown[]): Promise<Row[]> {
      if (pool.waitingCount >= longestQueue) throw new DatabaseBusy("too many statements wait for a session");
      const { rows } = await pool.query<Row>({ name, text: sql, values: [...values] });
      return rows;
    },
    async warmUp() {
      const clients = await Promise.all(Array.from({ length: connections }, async () => pool.connect()));
      for (const client of clients) client.release();
    },
    async close() {
      await pool.end();
    },
  };
}
