import type { Client, ClientConfig } from "pg";
import { sqlstateOf } from "../database/sqlstate.ts";
import { SecondSession } from "./second-session.ts";
import { StatementLatency } from "./statement-latency.ts";

/** What a backfill looks at to make way for others. */
export interface Load {
  /** Whether anybody else has used the database in the last seconds. */
  othersAtWork: boolean;
  /** How many sessions wait for a lock that the backfill holds. */
  waitingForUs: number;
  /** How long the server takes for a statement that has nothing to do: what it adds to every live statement. */
  answerMs: number;
  /** How many times as long as usual live statements take; undefined where nothing says. */
  slowdown: number | undefined;
  /** How many bytes of log the slowest standby has still to replay. */
  replicationLagBytes: number;
}

/** Until something was seen: others may be at work. */
const unseen: Load = {
  othersAtWork: true,
  waitingForUs: 0,
  answerMs: 0,
  slowdown: undefined,
  replicationLagBytes: 0,
};

/** How often the load is looked at. Finding out who waits for whom takes locks of the server's own. */
const everyMs = 300;

/**
 * Looks at the load from a session of its own while batches run, since who waits for a batch can only be seen
 * during it. Without that session (no connection is free, say) the backfill goes on as beside others.
 */
export class LoadObserver {
  readonly #session: SecondSession;
  readonly #ignoredStandbys: readonly string[];
  readonly #latency = new StatementLatency();
  #last = unseen;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(connection: ClientConfig, { ignoredStandbys }: { ignoredStandbys: readonly string[] }) {
    this.#session = new SecondSession(connection);
    this.#ignoredStandbys = ignoredStandbys;
  }

  get last(): Load {
    return this.#last;
  }

  /** Begins a look when one is due, without waiting for it. `workers` are the server processes of the batches. */
  look(workers: readonly number[]): void {
    if (this.#session.busy || performance.now() - this.#lookedAt < everyMs) return;
    this.#lookedAt = performance.now();
    void this.#observe(workers);
  }

  /** The first look, and its outcome: the first batches need not be careful of what is not there. */
  async firstLook(workers: readonly number[]): Promise<void> {
    this.#lookedAt = performance.now();
    await this.#observe(workers);
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #observe(workers: readonly number[]): Promise<void> {
    try {
      this.#last = await this.#session.ask(async (client) => {
        const load = await readLoad(client, { workers, ignoredStandbys: this.#ignoredStandbys });
        return { ...load, slowdown: await this.#slowdown(client) };
      });
    } catch {
      // The batches go on as beside others; what is wrong with the database shows in them.
      this.#last = unseen;
    }
  }

  /** Who may not read it, or finds it not loaded, has the probe. */
  async #slowdown(client: Client): Promise<number | undefined> {
    try {
      return await this.#latency.look(client);
    } catch (error) {
      if (sqlstateOf(error) === undefined) throw error;
      return undefined;
    }
  }
}

async function readLoad(
  client: Client,
  { workers, ignoredStandbys }: { workers: readonly number[]; ignoredStandbys: readonly string[] },
): Promise<Load> {
  const askedAt = performance.now();
  await client.query("select");
  const answerMs = performance.now() - askedAt;
  const { rows } = await client.query<{ others: boolean; waiting: number; lag: string }>(
    `select exists (
              select from pg_catalog.pg_stat_activity
               where datname = current_database() and pid <> pg_catalog.pg_backend_pid() and pid <> all($1::integer[])
                 and coalesce(backend_type, 'client backend') = 'client backend'
                 and (state is distinct from 'idle' or state_change > clock_timestamp() - interval '2 seconds')
            ) as others,
            (select count(*) from pg_catalog.pg_stat_activity
              where wait_event_type = 'Lock' and pid <> all($1::integer[])
                and $1::integer[] && pg_catalog.pg_blocking_pids(pid))::integer as waiting,
            coalesce((select max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn))
                        from pg_catalog.pg_stat_replication where application_name <> all($2::text[])), 0)::bigint as lag`,
    [workers, ignoredStandbys],
  );
  const row = rows[0];
  return row === undefined
    ? unseen
    : {
        othersAtWork: row.others,
        waitingForUs: row.waiting,
        answerMs,
        slowdown: undefined,
        replicationLagBytes: Number(row.lag),
      };
}
