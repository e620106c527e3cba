import type { Client, ClientConfig } from "pg";
import type { Execution } from "./execution.ts";
import { SecondSession } from "./second-session.ts";
import type { Blocker } from "./ship-event.ts";

/** How often it is looked. Finding out who waits for whom takes locks of the server's own. */
const lookEveryMs = 1_000;

interface Wait {
  pid: number | null;
  application_name: string;
  age_ms: number;
  activity: string;
  relation: string;
}

/** Runs what makes or drops an index, and tells of whom that waits for. */
export async function tellingWaits<T>(
  execution: Execution,
  { step, run }: { step: string; run: (waits: IndexWaits) => Promise<T> },
): Promise<T> {
  const { session, emit } = execution;
  const { rows } = await session.client.query<{ pid: number }>("select pg_catalog.pg_backend_pid() as pid");
  const waits = new IndexWaits({
    connection: session.connection,
    workerPid: rows[0]?.pid ?? 0,
    tell: (blockers) =>
      emit({ type: "step-waiting", step, attempt: 1, reason: "older-transaction", retryInMs: 0, blockers }),
  });
  try {
    return await run(waits);
  } finally {
    await waits.close();
  }
}

/**
 * Looks, while an index is made or dropped CONCURRENTLY, whose transactions it waits for: those that may have seen the
 * table as it was, whatever they do now. Tells each once. Without a session to look with, nobody is told of.
 */
class IndexWaits {
  readonly #session: SecondSession;
  readonly #workerPid: number;
  readonly #tell: (blockers: Blocker[]) => void;
  readonly #told = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #last: Blocker[] = [];

  constructor({
    connection,
    workerPid,
    tell,
  }: {
    connection: ClientConfig;
    workerPid: number;
    tell: (blockers: Blocker[]) => void;
  }) {
    this.#session = new SecondSession(connection);
    this.#workerPid = workerPid;
    this.#tell = tell;
    this.#timer = setInterval(() => void this.#look(), lookEveryMs).unref();
  }

  /** Whom it waited for when it was looked at last. */
  get last(): Blocker[] {
    return this.#last;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#session.close();
  }

  async #look(): Promise<void> {
    if (this.#session.busy) return;
    try {
      this.#last = await this.#session.ask((client) => readWaits(client, this.#workerPid));
    } catch {
      // The index is made all the same; what is wrong with the database shows there.
      return;
    }
    const news = this.#last.filter((blocker) => !this.#told.has(keyOf(blocker)));
    if (news.length === 0) return;
    for (const blocker of news) this.#told.add(keyOf(blocker));
    this.#tell(this.#last);
  }
}

function keyOf({ pid, activity }: Blocker): string {
  return pid === null ? activity : String(pid);
}

/** It waits for the virtual transaction of a session, or for a prepared transaction: what its own lock request names. */
async function readWaits(client: Client, workerPid: number): Promise<Blocker[]> {
  const { rows } = await client.query<Wait>(
    `select case when b.pid = 0 then null else b.pid end as pid, coalesce(a.application_name, '') as application_name,
            coalesce(extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared)) * 1000, 0)::double precision as age_ms,
            case when b.pid = 0 then 'prepared transaction ' || coalesce(p.gid, '')
                 when a.state = 'active' then coalesce(lower(substring(a.query from '^\\s*([A-Za-z]+)')), 'active')
                 else coalesce(a.state, a.backend_type, 'unknown') end as activity,
            coalesce((select i.relid::regclass::text from pg_catalog.pg_stat_progress_create_index i where i.pid = $1::integer), '') as relation
       from unnest(pg_catalog.pg_blocking_pids($1::integer)) as b (pid)
       left join pg_catalog.pg_stat_activity a on a.pid = b.pid
       left join lateral (
         select gid, prepared from pg_catalog.pg_prepared_xacts
          where b.pid = 0 and database = current_database() order by prepared limit 1
       ) as p on true
      order by age_ms desc limit 5`,
    [workerPid],
  );
  return rows.map(({ pid, application_name, age_ms, activity, relation }) => ({
    pid,
    applicationName: application_name,
    mode: "transaction",
    relation,
    ageMs: Math.round(age_ms),
    activity,
  }));
}
