import { DatabaseError, type Client } from "pg";
import type { Node } from "libpg-query";
import { parseStatements } from "../../sql/parse.ts";
import { child } from "../../sql/tree.ts";
import type { Seen, Step } from "../step-effects.ts";
import { changesReach } from "./changes-reach.ts";
import { isBounded } from "./is-bounded.ts";
import { ownLocks, parseLocks, type Lock } from "./lock.ts";
import { modeOutsideTransaction, namedTables } from "./outside-transaction.ts";
import {
  findWork,
  isTelling,
  lastPart,
  readMessages,
  type Counts,
  type Messages,
  type Work,
} from "./work.ts";

/** A lock of the migration's session, and what it is on. */
export interface Held extends Lock {
  /** As displayed; of an index its table. */
  relation: string;
  isTable: boolean;
  isSequence?: boolean;
}

export interface Changed {
  target: string;
  relation: string;
  /** How a row is locked that it may have written, though here it wrote only some; undefined where it names its rows. */
  others: "for no key update" | "for update" | undefined;
}

/** What a step did, and what it holds. */
export interface Observed {
  /** A number for each transaction of the walk. */
  transaction: number;
  work: Work[];
  limitsItsWait: boolean;
  /** What it holds or, outside a transaction, held: for the report. */
  locks: Step["locks"];
  /** What its transaction holds since this step. */
  taken: Held[];
  /** Tables with rows that it wrote, which stay locked until its transaction ends. */
  changed: Changed[];
  /** Whether what is known of the statements' locks is of before a statement that was committed since. */
  isLate: boolean;
  /** Tables of which one has a foreign key that refers to the other, by their OIDs. */
  related: readonly (readonly [string, string])[];
  /** Whether it is still in its transaction, so that what it holds can be tried. */
  isOpen: boolean;
}

interface Named {
  relation: string;
  isTable: boolean;
  isSequence?: boolean;
}

interface More {
  locks: string;
  names: Record<string, Named>;
  counts: Record<string, Counts>;
  lockTimeout: string;
}

/**
 * The settings make PostgreSQL say what it does, and use an index wherever one would do: on tables of a few rows it
 * would read all of them, which says nothing about large ones. The counts are let go of with each transaction.
 */
const query = `
select json_build_object(
  'messages', set_config('client_min_messages', 'debug1', false),
  'scans', set_config('enable_seqscan', 'off', false),
  'flush', pg_catalog.pg_stat_force_next_flush()::text,
  'lockTimeout', current_setting('lock_timeout'),
  'locks', (${ownLocks}),
  'names', coalesce((
    select json_object_agg(c.oid, json_build_object('relation', format('%I.%I', n.nspname, t.relname), 'isTable', i.indexrelid is null, 'isSequence', c.relkind = 'S'))
    from (select distinct relation from pg_catalog.pg_lock_status()
           where pid = pg_catalog.pg_backend_pid() and locktype = 'relation' and relation >= 16384) l
    join pg_catalog.pg_class c on c.oid = l.relation
    left join pg_catalog.pg_index i on i.indexrelid = c.oid
    join pg_catalog.pg_class t on t.oid = coalesce(i.indrelid, c.oid)
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace), '{}'),
  'counts', coalesce((
    select json_object_agg(s.oid, json_build_object(
      'scans', s.scans, 'inserted', s.inserted, 'updated', s.updated, 'deleted', s.deleted))
    from (select c.oid, pg_catalog.pg_stat_get_xact_numscans(c.oid) as scans,
                 pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) as inserted,
                 pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) as updated,
                 pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as deleted
            from pg_catalog.pg_class c where c.relkind in ('r', 'm') and c.oid >= 16384) s
    where s.scans + s.inserted + s.updated + s.deleted > 0), '{}')
)::text as seen`;

/** All that may be dropped, for its name. */
const relationsQuery = `
select coalesce(json_object_agg(c.oid, json_build_object('relation', format('%I.%I', n.nspname, t.relname), 'isTable', i.indexrelid is null)), '{}')::text as relations,
       (select coalesce(json_agg(json_build_array(f.conrelid::text, f.confrelid::text)), '[]')::text from pg_catalog.pg_constraint f where f.contype = 'f') as related
from pg_catalog.pg_class c
left join pg_catalog.pg_index i on i.indexrelid = c.oid
join pg_catalog.pg_class t on t.oid = coalesce(i.indrelid, c.oid)
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'i', 'I') and n.nspname !~ '^pg_'`;

/** Sees what the statements of a session do to tables that were there before the first of them. */
export class StepObserver {
  readonly #client: Client;
  readonly #messages: string[] = [];
  #known: ReadonlySet<string> | undefined;
  #relations: Record<string, Named> = {};
  #related: [string, string][] = [];
  #emptied = new Set<string>();
  #transaction = 0;
  #more: More | undefined;
  #lockTimeout = "";
  /** Of the change at hand: whether a statement that was committed may have led others to other tables. */
  #reaches = { committed: false, open: false };

  constructor(client: Client) {
    this.#client = client;
    client.on("notice", ({ message }) => {
      if (message !== undefined && isTelling(message)) this.#messages.push(message);
    });
  }

  /** To be called before the first statement of each change. */
  async start(before: Seen): Promise<void> {
    this.#known ??= new Set(Object.keys(before.nodes));
    const { rows } = await this.#client.query<{ relations: string; related: string }>(relationsQuery);
    this.#related = JSON.parse(rows[0]?.related ?? "[]") as [string, string][];
    this.#relations = JSON.parse(rows[0]?.relations ?? "{}") as Record<string, Named>;
    this.#more = await this.#look();
    this.#lockTimeout = this.#more.lockTimeout;
    this.#reaches = { committed: false, open: false };
    this.#messages.length = 0;
  }

  async after(
    { sql, locks }: Pick<Step, "sql" | "locks">,
    { before, now, isOpen }: { before: Seen; now: Seen; isOpen: boolean },
  ): Promise<Observed> {
    const [statement] = parseStatements(sql, "the statement");
    const messages = readMessages(this.#messages.splice(0));
    const more = await this.#look();
    const isSame = isOpen && before.transaction === now.transaction;
    if (!isSame) this.#enterTransaction();
    const earlier = isSame ? this.#more : undefined;
    this.#more = more;
    const node = statement?.node ?? ({} as Node);
    const changed = Object.keys(now.nodes).filter(
      (oid) => before.nodes[oid] !== undefined && before.nodes[oid].node !== now.nodes[oid]?.node,
    );
    if ("TruncateStmt" in node) for (const oid of changed) this.#emptied.add(oid);
    const rewritten = changed.filter((oid) => this.#matters(oid));
    const counts = isOpen ? this.#difference(more, earlier) : new Map<string, Counts>();
    const outside = isOpen ? [] : await this.#outside(node, { rewritten, messages, now });
    const isLate = this.#reaches.committed;
    this.#reaches.open ||= changesReach(node);
    const bounded = await isBounded(this.#client, node);
    const written = bounded ? [] : await this.#written(node, counts);
    const taken = [...this.#newLocks(more, earlier), ...outside];
    return {
      transaction: this.#transaction,
      isOpen,
      isLate,
      related: this.#related,
      limitsItsWait: more.lockTimeout !== this.#lockTimeout && more.lockTimeout !== "0",
      locks: [
        ...locks,
        ...taken.filter((one) => outside.includes(one) || this.#isDropped(one, now)).map(shown),
      ],
      taken,
      changed: [
        ...changedTables({ node, counts, written, bounded, now }),
        ...this.#lockedRows(node, { more, taken }),
      ],
      work: await this.#work({ node, counts, rewritten, messages, now, isOpen, written }),
    };
  }

  /** Runs something while rows are locked that the step would have written, had they been others. */
  async withRowsLocked<Result>({ changed, isOpen }: Observed, run: () => Promise<Result>): Promise<Result> {
    const others = changed.filter((one) => one.others !== undefined);
    if (others.length === 0 || !isOpen) return run();
    await this.#client.query("savepoint interlock_rows");
    try {
      for (const { relation, others: strength } of others)
        await this.#client.query(`select from ${relation} ${strength ?? ""}`);
    } catch (error) {
      // Rows of a kind that can't be locked: those that it wrote are locked as they are.
      if (!(error instanceof DatabaseError)) throw error;
    }
    try {
      return await run();
    } finally {
      await this.#client.query("rollback to savepoint interlock_rows");
      await this.#client.query("release savepoint interlock_rows");
      // The rows were read for it, which the next step has nothing to do with.
      const { counts } = await this.#look();
      if (this.#more !== undefined) this.#more = { ...this.#more, counts };
    }
  }

  #enterTransaction(): void {
    this.#transaction += 1;
    this.#emptied = new Set();
    this.#reaches = { committed: this.#reaches.committed || this.#reaches.open, open: false };
  }

  #matters(oid: string): boolean {
    return this.#known?.has(oid) === true && !this.#emptied.has(oid);
  }

  #difference(more: More, earlier: More | undefined): Map<string, Counts> {
    return new Map(
      Object.entries(more.counts).flatMap(([oid, now]) => {
        const then = earlier?.counts[oid];
        const difference = {
          scans: now.scans - (then?.scans ?? 0),
          inserted: now.inserted - (then?.inserted ?? 0),
          updated: now.updated - (then?.updated ?? 0),
          deleted: now.deleted - (then?.deleted ?? 0),
        };
        const hasAny = Object.values(difference).some((count) => count > 0);
        return hasAny && this.#matters(oid) ? [[oid, difference] as const] : [];
      }),
    );
  }

  async #work({
    node,
    counts,
    rewritten,
    messages,
    now,
    isOpen,
    written,
  }: {
    node: Node;
    counts: Map<string, Counts>;
    rewritten: readonly string[];
    messages: Messages;
    now: Seen;
    isOpen: boolean;
    written: readonly string[];
  }): Promise<Work[]> {
    const nameOf = (oid: string): string | undefined => now.nodes[oid]?.relation;
    const keys = await this.#foreignKeys(messages);
    // What was built outside a transaction is counted nowhere any more; PostgreSQL has said it.
    if (!isOpen) {
      for (const oid of Object.keys(now.nodes)) {
        if (this.#matters(oid) && messages.indexes.has(lastPart(nameOf(oid) ?? "")))
          counts.set(oid, { scans: 1, inserted: 0, updated: 0, deleted: 0 });
      }
    }
    const [kind = ""] = Object.keys(node);
    return findWork({ kind, written, counts, rewritten, messages, nameOf }, keys);
  }

  async #foreignKeys({ foreignKeys }: Messages): Promise<Map<string, string[]>> {
    const keys = new Map<string, string[]>();
    if (foreignKeys.length === 0) return keys;
    const { rows } = await this.#client.query<{ oid: string; name: string }>(
      `select c.conrelid::text as oid, c.conname::text as name from pg_catalog.pg_constraint c
        where c.contype = 'f' and c.conname = any ($1::text[])
          and c.conrelid in (select relation from pg_catalog.pg_lock_status()
                              where pid = pg_catalog.pg_backend_pid() and locktype = 'relation' and mode <> 'AccessShareLock')`,
      [foreignKeys],
    );
    for (const { oid, name } of rows) if (this.#matters(oid)) keys.set(oid, [...(keys.get(oid) ?? []), name]);
    return keys;
  }

  async #outside(
    node: Node,
    { rewritten, messages, now }: { rewritten: readonly string[]; messages: Messages; now: Seen },
  ): Promise<Held[]> {
    const named = await this.#resolve(namedTables(node));
    return Object.entries(now.nodes).flatMap(([target, { relation }]) => {
      const isTouched =
        rewritten.includes(target) || named.has(target) || messages.indexes.has(lastPart(relation));
      const mode = isTouched ? modeOutsideTransaction(node, rewritten.includes(target)) : undefined;
      return mode === undefined ? [] : [{ target, mode, relation, isTable: true }];
    });
  }

  /** Tables of which it may write any number of rows: those in which it did, and the one that it says it does. */
  async #written(node: Node, counts: ReadonlyMap<string, Counts>): Promise<string[]> {
    const [kind = ""] = Object.keys(node);
    const isWrite = ["UpdateStmt", "DeleteStmt", "MergeStmt"].includes(kind);
    const target = isWrite
      ? await this.#resolve(namedTables(child(child(node, kind), "relation")))
      : new Set<string>();
    const counted = [...counts].flatMap(([oid, one]) => (rowsOf(one) > 0 ? [oid] : []));
    return [...new Set([...[...target].filter((oid) => this.#matters(oid)), ...counted])];
  }

  async #resolve(tables: readonly (readonly [string | null, string])[]): Promise<ReadonlySet<string>> {
    if (tables.length === 0) return new Set();
    const { rows } = await this.#client.query<{ oid: string }>(
      `select distinct pg_catalog.to_regclass(concat_ws('.', quote_ident(t.one ->> 0), quote_ident(t.one ->> 1)))::oid::text as oid
         from json_array_elements($1::json) as t (one)
        where pg_catalog.to_regclass(concat_ws('.', quote_ident(t.one ->> 0), quote_ident(t.one ->> 1))) is not null`,
      [JSON.stringify(tables)],
    );
    return new Set(rows.map(({ oid }) => oid));
  }

  /** Rows that it locked without writing them, with FOR UPDATE or for a foreign key: the table's lock tells of them. */
  #lockedRows(node: Node, { more, taken }: { more: More; taken: readonly Held[] }): Changed[] {
    // What runs code may have locked more rows of a table than an earlier step did.
    const runsCode = ["SelectStmt", "DoStmt", "CallStmt"].some((kind) => kind in node);
    const held = runsCode ? this.#newLocks(more, undefined) : taken;
    return held.flatMap(({ target, mode, relation }) =>
      mode === "RowShareLock" && this.#matters(target) ? [{ target, relation, others: undefined }] : [],
    );
  }

  #isDropped({ target, isTable }: Held, now: Seen): boolean {
    return isTable && this.#relations[target] !== undefined && now.nodes[target] === undefined;
  }

  #newLocks(more: More, earlier: More | undefined): Held[] {
    const before = new Set(parseLocks(earlier?.locks ?? "").map(({ target, mode }) => `${target} ${mode}`));
    return parseLocks(more.locks).flatMap(({ target, mode }) => {
      if (before.has(`${target} ${mode}`)) return [];
      const named = more.names[target] ?? this.#relations[target];
      return [{ target, mode, ...(named ?? { relation: target, isTable: false }) }];
    });
  }

  async #look(): Promise<More> {
    const { rows } = await this.#client.query<{ seen: string }>(query);
    return JSON.parse(rows[0]?.seen ?? "{}") as More;
  }
}

function rowsOf({ inserted, updated, deleted }: Counts): number {
  return inserted + updated + deleted;
}

function shown({ relation, mode }: Held): { relation: string; mode: string } {
  return { relation, mode };
}

function changedTables({
  node,
  counts,
  written,
  bounded,
  now,
}: {
  node: Node;
  counts: ReadonlyMap<string, Counts>;
  written: readonly string[];
  bounded: boolean;
  now: Seen;
}): Changed[] {
  const targets = new Set([
    ...written,
    ...[...counts].flatMap(([oid, one]) => (rowsOf(one) > 0 ? [oid] : [])),
  ]);
  return [...targets].flatMap((target): Changed[] => {
    const relation = now.nodes[target]?.relation;
    if (relation === undefined) return [];
    const one = counts.get(target);
    const onlyInserts =
      "InsertStmt" in node || (one !== undefined && one.updated + one.deleted === 0 && one.inserted > 0);
    const deletes = "DeleteStmt" in node || (one?.deleted ?? 0) > 0;
    const others = bounded || onlyInserts ? undefined : deletes ? "for update" : "for no key update";
    return [{ target, relation, others }];
  });
}
