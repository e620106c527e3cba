import type { Client } from "pg";
import { isAdditive } from "./additive.ts";
import type { AfterStatement } from "./state-change.ts";

/** What one statement of a change did to the relations of the user's schemas. */
export interface Step {
  line: number;
  sql: string;
  /** Table-level locks that it took and that its transaction held after it. */
  locks: readonly { relation: string; mode: string }[];
  /** Relations that were written anew. */
  rewrites: readonly string[];
}

/** A step, and what else the judgement wants to know of it. */
export interface RecordedStep extends Step {
  /** Whether no write that can still be prepared can fail for it; see additive.ts. */
  additive: boolean;
}

const query = `
select json_build_object(
  'locks', coalesce((
    select json_agg(json_build_object('relation', format('%I.%I', n.nspname, c.relname), 'mode', l.mode)
      order by n.nspname, c.relname, l.mode)
    from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
    where l.pid = pg_backend_pid() and l.granted and l.locktype = 'relation' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and l.database = (select oid from pg_database where datname = current_database())
      and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'), '[]'),
  'nodes', coalesce((
    select json_object_agg(c.oid, json_build_object('node', c.relfilenode::int8, 'relation', format('%I.%I', n.nspname, c.relname)))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'), '{}')
)::text as seen`;

interface Seen {
  locks: { relation: string; mode: string }[];
  nodes: Record<string, { node: number; relation: string }>;
}

/** Watches what the statements of one change do. Locks are seen of statements that run in a transaction. */
export class StepRecorder {
  readonly steps: RecordedStep[] = [];
  readonly #client: Client;
  #before: Seen;

  private constructor(client: Client, before: Seen) {
    this.#client = client;
    this.#before = before;
  }

  static async start(client: Client): Promise<StepRecorder> {
    return new StepRecorder(client, await look(client));
  }

  readonly after: AfterStatement = async ({ sql, line }) => {
    // A transaction that failed or is over has nothing to look at; the next statement says so itself.
    if (this.#client.getTransactionStatus() === "E") return;
    const now = await look(this.#client);
    const held = new Set(this.#before.locks.map(({ relation, mode }) => `${relation} ${mode}`));
    const additive = await isAdditive(this.#client, sql);
    this.steps.push({
      additive,
      line,
      sql,
      locks: now.locks.filter(({ relation, mode }) => !held.has(`${relation} ${mode}`)),
      rewrites: Object.entries(now.nodes).flatMap(([oid, { node, relation }]) => {
        const earlier = this.#before.nodes[oid];
        return earlier !== undefined && earlier.node !== node ? [relation] : [];
      }),
    });
    this.#before = now;
  };
}

async function look(client: Client): Promise<Seen> {
  const { rows } = await client.query<{ seen: string }>(query);
  return JSON.parse(rows[0]?.seen ?? "{}") as Seen;
}
