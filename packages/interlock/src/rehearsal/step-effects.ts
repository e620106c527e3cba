import type { Client } from "pg";
import { parseStatements } from "../sql/parse.ts";
import { isAdditive } from "./additive.ts";
import { lookAtRowSecurity, type RowSecurity } from "./row-security.ts";
import type { AfterStatement } from "./state-change.ts";
import type { StepObserver } from "./waiting/observe.ts";
import type { Observed } from "./waiting/observed.ts";
import type { Wait } from "./waiting/find-waiting.ts";
import { ownLocks } from "./waiting/lock.ts";
import { nameLocks, newLocks, type NamedLock } from "./waiting/name-locks.ts";
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
  'locks', (${ownLocks}),
  'nodes', coalesce((
    select json_object_agg(c.oid, json_build_object('node', c.relfilenode::int8, 'relation', format('%I.%I', n.nspname, c.relname)))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'), '{}')
)::text as seen`;

export interface Seen {
  /** The moment at which the transaction began, which tells it from others of the session. */
  transaction: string;
  /** As `ownLocks` says it. */
  locks: string;
  nodes: Record<string, { node: number; relation: string }>;
}

/** What a session was before a step and is after it. */
export interface StepLooks {
  before: Seen;
  now: Seen;
  /** Whether its transaction is still open. */
  isOpen: boolean;
  /** The locks that it has taken in between. */
  taken: readonly NamedLock[];
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
    const heldBefore = before.transaction === now.transaction ? before.locks : "";
    const taken = await nameLocks(this.#client, newLocks(now.locks, heldBefore));
    const additive = await isAdditive(this.#client, sql);
    const rowSecurity = await lookAtRowSecurity(this.#client, sql);
    const step: RecordedStep = {
      additive,
      line,
      sql,
      ...(rowSecurity.length === 0 ? {} : { rowSecurity }),
      locks: shownLocks(taken),
      rewrites: isTruncation(sql)
        ? []
        : Object.entries(now.nodes).flatMap(([oid, { node, relation }]) => {
            const earlier = before.nodes[oid];
            return earlier !== undefined && earlier.node !== node ? [relation] : [];
          }),
    };
    this.#before = now;
    this.steps.push(
      this.#observing === undefined ? step : await this.#observe(step, { before, now, isOpen, taken }),
    );
  };

  async #observe(step: RecordedStep, looks: StepLooks): Promise<RecordedStep> {
    if (this.#observing === undefined) return step;
    const { observer, afterStep } = this.#observing;
    const observed = await observer.after(step, looks);
    const { transaction, work, limitsItsWait, locks } = observed;
    const waits = await observer.withRowsLocked(observed, () => afterStep(observed));
    return { ...step, locks, traffic: { transaction, work, limitsItsWait, waits } };
  }
}

function shownLocks(taken: readonly NamedLock[]): Step["locks"] {
  const shown = taken.flatMap(({ named, isShown, mode }) =>
    named === undefined || !isShown ? [] : [{ relation: named.relation, mode }],
  );
  const key = ({ relation, mode }: Step["locks"][number]): string => `${relation} ${mode}`;
  return shown.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
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
