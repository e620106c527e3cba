import type { Client, ClientConfig } from "pg";
import { SecondSession } from "./second-session.ts";

/** What a backfill looks at to make way for others. */
export interface Load {
  /** Whether anybody else has used the database in the last seconds. */
  othersAtWork: boolean;
  /** How many sessions wait for a lock that the backfill holds. */
  waitingForUs: number;
  /** How long the server takes for a statement that has nothing to do: what it adds to every live statement. */
  answerMs: number;
  /** How many bytes of log the slowest standby has still to replay. */
  replicationLagBytes: number;
}

/** Until something was seen: others may be at work. */
const unseen: Load = { othersAtWork: true, waitingForUs: 0, answerMs: 0, replicationLagBytes: 0 };

/** How often the load is looked at. Finding out who waits for whom takes locks of the server's own. */
const everyMs = 300;

/**
 * Looks at the load from a session of its own while batches run, since who waits for a batch can only be seen
 * during it. Without that session (no connection is free, say) the backfill goes on as beside others.
 */
export class LoadObserver {
  readonly #session: SecondSession;
  #last = unseen;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(connection: ClientConfig) {
    this.#session = new SecondSession(connection);
  }

  get last(): Load {
    return this.#last;
  }

  /** Begins a look when one is due, without waiting for it. `workerPid` is the server process of the batches. */
  look(workerPid: number): void {
    if (this.#session.busy || performance.now() - this.#lookedAt < everyMs) return;
    this.#lookedAt = performance.now();
    void this.#observe(workerPid);
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #observe(workerPid: number): Promise<void> {
    try {
      this.#last = await this.#session.ask((client) => readLoad(client, workerPid));
    } catch {
      // The batches go on as beside others; what is wrong with the database shows in them.
      this.#last = unseen;
    }
  }
}

async function readLoad(client: Client, workerPid: number): Promise<Load> {
  const askedAt = performance.now();
  await client.query("select");
  const answerMs = performance.now() - askedAt;
  const { rows } = await client.query<{ others: boolean; waiting: number; lag: string }>(
    `select exists (
              select from pg_catalog.pg_stat_activity
               where datname = current_database() and pid not in (pg_catalog.pg_backend_pid(), $1::integer)
                 and coalesce(backend_type, 'client backend') = 'client backend'
                 and (state is distinct from 'idle' or state_change > clock_timestamp() - interval '2 seconds')
            ) as others,
            (select count(*) from pg_catalog.pg_stat_activity
              where wait_event_type = 'Lock' and $1::integer = any(pg_catalog.pg_blocking_pids(pid)))::integer as waiting,
            coalesce((select max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn))
                        from pg_catalog.pg_stat_replication), 0)::bigint as lag`,
    [workerPid],
  );
  const row = rows[0];
  return row === undefined
    ? unseen
    : {
        othersAtWork: row.others,
        waitingForUs: row.waiting,
        answerMs,
        replicationLagBytes: Number(row.lag),
      };
}
