import type { Client } from "pg";
import { quoteQualified } from "../sql/quote.ts";

/** A statement that has run less often says too little of how long it takes. */
const leastCalls = 50;
/** As many statements as are watched: those that run most often are what clients feel. */
const mostWatched = 50;
/** So many calls between two looks at least, or nothing is concluded. */
const tellingCalls = 20;

interface Counted {
  id: string;
  calls: number;
  totalMs: number;
}

/**
 * How long live statements take beside how long they took before, from pg_stat_statements: of each of them the
 * server knows how often it ran and for how long altogether, waiting included. Compared statement by statement, so
 * that another mix of them is not taken for another speed.
 *
 * A probe of our own sees how busy the server is and nothing of what the statements meet: locks, pages that are
 * not at hand, a log that is written to. Without the extension, or without the right to read it, it is all there is.
 */
export class StatementLatency {
  #source: string | undefined;
  #begun = false;
  readonly #usualMs = new Map<string, number>();
  #last = new Map<string, Counted>();

  /** How many times as long as usual statements took since the last look; undefined where that can't be told. */
  async look(client: Client): Promise<number | undefined> {
    if (!this.#begun) {
      this.#begun = true;
      await this.#begin(client);
      return undefined;
    }
    if (this.#source === undefined || this.#usualMs.size === 0) return undefined;
    const now = await this.#count(client, [...this.#usualMs.keys()]);
    const slowdown = this.#compare(now);
    if (slowdown === null) return undefined;
    this.#last = now;
    return slowdown;
  }

  /** Null where too few ran, so that the next look goes back as far. */
  #compare(now: ReadonlyMap<string, Counted>): number | null | undefined {
    let [calls, tookMs, usualMs] = [0, 0, 0];
    for (const [id, { calls: callsNow, totalMs }] of now) {
      const before = this.#last.get(id);
      // Counters that were reset meanwhile begin anew.
      if (before === undefined || callsNow < before.calls) continue;
      calls += callsNow - before.calls;
      tookMs += totalMs - before.totalMs;
      usualMs += (callsNow - before.calls) * (this.#usualMs.get(id) ?? 0);
    }
    if (calls < tellingCalls) return null;
    return usualMs > 0 ? tookMs / usualMs : undefined;
  }

  async #begin(client: Client): Promise<void> {
    const { rows } = await client.query<{ schema: string }>(
      `select n.nspname as schema from pg_catalog.pg_extension e
         join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'`,
    );
    if (rows[0] === undefined) return;
    this.#source = quoteQualified(rows[0].schema, "pg_stat_statements");
    // Statements of our own have a name in them by which they are known.
    const { rows: usual } = await client.query<{ id: string }>(
      `select queryid::text as id from ${this.#source}
        where dbid = (select oid from pg_catalog.pg_database where datname = current_database())
          and queryid is not null and query !~* '\\minterlock[._]'
          and query ~* '^\\s*(select|insert|update|delete|with|merge)'
        group by queryid having sum(calls) >= $1::integer order by sum(calls) desc limit $2::integer`,
      [leastCalls, mostWatched],
    );
    this.#last = await this.#count(
      client,
      usual.map(({ id }) => id),
    );
    for (const { id, calls, totalMs } of this.#last.values()) this.#usualMs.set(id, totalMs / calls);
  }

  async #count(client: Client, ids: readonly string[]): Promise<Map<string, Counted>> {
    if (this.#source === undefined || ids.length === 0) return new Map();
    const { rows } = await client.query<{ id: string; calls: string; total_ms: number }>(
      `select queryid::text as id, sum(calls)::bigint as calls, sum(total_exec_time) as total_ms
         from ${this.#source}(false)
        where dbid = (select oid from pg_catalog.pg_database where datname = current_database())
          and queryid = any($1::bigint[]) group by queryid`,
      [ids],
    );
    return new Map(
      rows.map(({ id, calls, total_ms }) => [id, { id, calls: Number(calls), totalMs: total_ms }]),
    );
  }
}
