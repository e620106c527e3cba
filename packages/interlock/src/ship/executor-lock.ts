import type { Client } from "pg";

/**
 * The advisory lock that makes executors one at a time in a database; its two halves are the letters "intr" and
 * "ship" as numbers. Held by the session that does the work, so that whoever lost the session lost the lock too.
 */
export const executorLockKeys = [1_768_846_450, 1_936_222_576] as const;

/** The executor that is at work in a database, as the server sees it. */
export interface Executor {
  /** Of its server process. */
  pid: number;
  applicationName: string;
  /** When its session began. */
  since: Date;
  /** Null on a unix socket, and where the role may not see it. */
  clientAddress: string | null;
}

export async function tryExecutorLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    "select pg_catalog.pg_try_advisory_lock($1::integer, $2::integer) as taken",
    [...executorLockKeys],
  );
  return rows[0]?.taken === true;
}

export async function findExecutor(client: Client): Promise<Executor | undefined> {
  const { rows } = await client.query<{
    pid: number;
    application_name: string;
    backend_start: Date | null;
    client_addr: string | null;
  }>(
    `select l.pid, coalesce(a.application_name, '') as application_name, a.backend_start, a.client_addr::text
       from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted
        and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and l.classid = $1::oid and l.objid = $2::oid and l.objsubid = 2`,
    [...executorLockKeys],
  );
  const row = rows[0];
  return row === undefined
    ? undefined
    : {
        pid: row.pid,
        applicationName: row.application_name,
        since: row.backend_start ?? new Date(),
        clientAddress: row.client_addr,
      };
}
