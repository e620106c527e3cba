import type { Client } from "pg";
import { readCatalogVersion } from "../catalog/catalog-version.ts";
import { sqlstateOf } from "../database/sqlstate.ts";
import type { JournalReader, JournalView } from "./journal-view.ts";

/** Sessions of one `application_name`. */
export interface Sessions {
  applicationName: string;
  sessions: number;
}

/** What one look at a target showed. */
export interface Look {
  at: Date;
  sessions: Sessions[];
  /** Undefined where it has none. `not-readable`: there is one, and the role may not read it. */
  journal: JournalView | "not-readable" | undefined;
  /** Differs once anything of the structure does. */
  catalogVersion: string;
}

/** Looks at a target once: who is there, what its journal says, whether its structure changed. */
export async function observeDatabase(client: Client, journals: JournalReader): Promise<Look> {
  const at = new Date();
  const sessions = await readSessions(client);
  const journal = await readJournal(client, journals);
  const catalogVersion = await readCatalogVersion(client);
  return { at, sessions, journal, catalogVersion };
}

/**
 * Sessions of clients but our own. A role that may not see what kind of session another's is takes it for a client's;
 * only what belongs to no role at all, such as a worker of autovacuum, is none for sure.
 */
async function readSessions(client: Client): Promise<Sessions[]> {
  const { rows } = await client.query<{ name: string; sessions: number }>(
    `select coalesce(application_name, '') as name, count(*)::integer as sessions
       from pg_catalog.pg_stat_activity
      where datname = pg_catalog.current_database() and pid <> pg_catalog.pg_backend_pid()
        and usesysid is not null and coalesce(backend_type, 'client backend') = 'client backend'
      group by 1 order by 1`,
  );
  return rows.map(({ name, sessions }) => ({ applicationName: name, sessions }));
}

async function readJournal(client: Client, journals: JournalReader): Promise<Look["journal"]> {
  try {
    return await journals.read(client);
  } catch (error) {
    if (sqlstateOf(error) === "42501") return "not-readable";
    throw error;
  }
}
