import type { Client } from "pg";
import { parseStatements } from "../sql/parse.ts";
import { isAdditive } from "./additive.ts";
import { lookAtRowSecurity, type RowSecurity } from "./row-security.ts";
import type { AfterStatement } from "./state-change.ts";
import type { StepObserver } from "./waiting/observe.ts";
import type { Observed } from "./waiting/observed.ts";
import type { Wait } from "./waiting/find-waiting.ts";
import type { Work } from "./waiting/work.ts";

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
  /** Of the tables that it names, where it is about row security. */
  rowSecurity?: RowSecurity;
  /** What it holds up, and for how long: only where that was asked for. */
  traffic?: Traffic;
}

export interface Traffic {
  /** Steps of one transaction, which hold their locks until its end, have the same. */
  transaction: number;
  work: readonly Work[];
  /** Who waits for what this step was the first to lock. */
  waits: readonly Wait[];
  /** Whether the migration limits how long it waits for locks itself. */
  limitsItsWait: boolean;
}

const query = `
select json_build_object(
  'transaction', pg_catalog.transaction_timestamp()::text,
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

export interface Seen {
  /** The moment at which the transaction began, which tells it from others of the session. */
  transaction: string;
  locks: { relation: string; mode: string }[];
  nodes: Record<string, { node: number; relation: string }>;
}

/** Called after each step, while its locks are held where it runs in a transaction. */
type AfterStep = (observed: Observed) => Promise<readonly Wait[]>;

/** How to see, besides, what a step does to rows and who waits for it. */
export interface Observing {
  observer: StepObserver;
  afterStep: AfterStep;
}

/** Watches what the statements of one change do. Locks are seen of statements that run in a transaction. */
export class StepRecorder {
  readonly steps: RecordedStep[] = [];
  readonly #client: Client;
  readonly #observing: Observing | undefined;
  #before: Seen;

  private constructor(
    client: Client,
    { before, observing }: { before: Seen; observing: Observing | undefined },
  ) {
    this.#client = client;
    this.#before = before;
    this.#observing = observing;
  }

  static async start(client: Client, observing?: Observing): Promise<StepRecorder> {
    const before = await look(client);
    await observing?.observer.start(before);
    return new StepRecorder(client, { before, observing });
  }

  readonly after: AfterStatement = async ({ sql, line }) => {
    // A transaction that failed or is over has nothing to look at; the next statement says so itself.
    if (this.#client.getTransactionStatus() === "E") return;
    const isOpen = this.#client.getTransactionStatus() === "T";
    const now = await look(this.#client);
    const before = this.#before;
    // What an earlier transaction held it has let go of.
    const heldBefore = before.transaction === now.transaction ? before.locks : [];
    const held = new Set(heldBefore.map(({ relation, mode }) => `${relation} ${mode}`));
    const additive = await isAdditive(this.#client, sql);
    const rowSecurity = await lookAtRowSecurity(this.#client, sql);
    const step: RecordedStep = {
      additive,
      line,
      sql,
      ...(rowSecurity.length === 0 ? {} : { rowSecurity }),
      locks: now.locks.filter(({ relation, mode }) => !held.has(`${relation} ${mode}`)),
      rewrites: isTruncation(sql)
        ? []
        : Object.entries(now.nodes).flatMap(([oid, { node, relation }]) => {
            const earlier = before.nodes[oid];
            return earlier !== undefined && earlier.node !== node ? [relation] : [];
          }),
    };
    this.#before = now;
    this.steps.push(
      this.#observing === undefined ? step : await this.#observe(step, { before, now, isOpen }),
    );
  };

  async #observe(
    step: RecordedStep,
    looks: { before: Seen; now: Seen; isOpen: boolean },
  ): Promise<RecordedStep> {
    if (this.#observing === undefined) return step;
    const { observer, afterStep } = this.#observing;
    const observed = await observer.after(step, looks);
    const { transaction, work, limitsItsWait, locks } = observed;
    const waits = await observer.withRowsLocked(observed, () => afterStep(observed));
    return { ...step, locks, traffic: { transaction, work, limitsItsWait, waits } };
  }
}

/** It gives a table another file, and an empty one. */
function isTruncation(sql: string): boolean {
  return (
    /\btruncate\b/i.test(sql) &&
    parseStatements(sql, "the statement").some(({ node }) => "TruncateStmt" in node)
  );
}

async function look(client: Client): Promise<Seen> {
  const { rows } = await client.query<{ seen: string }>(query);
  return JSON.parse(rows[0]?.seen ?? "{}") as Seen;
}
