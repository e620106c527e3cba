import type { ReadingSession } from "./reading-session.ts";

/** Who has sessions on the database now. */
export interface Connected {
  /** What the sessions send as `application_name`; empty where they send none. */
  applicationName: string;
  sessions: number;
}

/** Sessions of clients on this database by their application_name, the most first; our own is not among them. */
export async function readConnected(session: ReadingSession): Promise<Connected[]> {
  const rows = await session.query<{ name: string | null; sessions: number }>(
    `select a.application_name as name, pg_catalog.count(*)::integer as sessions
       from pg_catalog.pg_stat_activity a
      where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
        and coalesce(a.backend_type, 'client backend') = 'client backend'
      group by a.application_name order by 2 desc, 1 limit 50`,
  );
  return rows.map(({ name, sessions }) => ({ applicationName: name ?? "", sessions }));
}
