import { DatabaseError, type Client } from "pg";
import type { Node } from "libpg-query";
import { parseStatements } from "../../sql/parse.ts";
import { lastPart } from "../../sql/last-part.ts";
import { child } from "../../sql/tree.ts";
import type { Seen, Step, StepLooks } from "../step-effects.ts";
import { changedTables } from "./changed-tables.ts";
import { changesReach } from "./changes-reach.ts";
import { isBounded } from "./is-bounded.ts";
import { parseLocks } from "./lock.ts";
import { lookAtRelations, lookAtSession, type SessionLook } from "./look-at-session.ts";
import { nameLocks, type Named, type NamedLock } from "./name-locks.ts";
import type { Changed, Held, Observed } from "./observed.ts";
import { modeOutsideTransaction, namedTables } from "./outside-transaction.ts";
import { findWork, isTelling, readMessages, rowsOf, type Counts, type Messages, type Work } from "./work.ts";

/** Sees what the statements of a session do to tables that were there before the first of them. */
export class StepObserver {
  readonly #client: Client;
  readonly #messages: string[] = [];
  #known: ReadonlySet<string> | undefined;
  #relations: Record<string, Named> = {};
  #related: [string, string][] = [];
  #emptied = new Set<string>();
  #transaction = 0;
  #more: SessionLook | undefined;
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
    const { relations, related } = await lookAtRelations(this.#client);
    this.#related = related;
    this.#relations = relations;
    this.#more = await lookAtSession(this.#client);
    this.#lockTimeout = this.#more.lockTimeout;
    this.#reaches = { committed: false, open: false };
    this.#messages.length = 0;
  }

  async after(
    { sql, locks }: Pick<Step, "sql" | "locks">,
    { before, now, isOpen, taken: named }: StepLooks,
  ): Promise<Observed> {
    const [statement] = parseStatements(sql, "the statement");
    const messages = readMessages(this.#messages.splice(0));
    const more = await lookAtSession(this.#client);
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
    const taken = [...this.#held(named), ...outside];
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
        ...(await this.#lockedRows(node, { now, taken })),
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
      const { counts } = await lookAtSession(this.#client);
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

  #difference(more: SessionLook, earlier: SessionLook | undefined): Map<string, Counts> {
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
  async #lockedRows(node: Node, { now, taken }: { now: Seen; taken: readonly Held[] }): Promise<Changed[]> {
    // What runs code may have locked more rows of a table than an earlier step did.
    const runsCode = ["SelectStmt", "DoStmt", "CallStmt"].some((kind) => kind in node);
    const held = runsCode ? this.#held(await nameLocks(this.#client, parseLocks(now.locks))) : taken;
    return held.flatMap(({ target, mode, relation }) =>
      mode === "RowShareLock" && this.#matters(target) ? [{ target, relation, others: undefined }] : [],
    );
  }

  #isDropped({ target, isTable }: Held, now: Seen): boolean {
    return isTable && this.#relations[target] !== undefined && now.nodes[target] === undefined;
  }

  /** What has been dropped has the name that it had. */
  #held(locks: readonly NamedLock[]): Held[] {
    return locks.map(({ target, mode, named }) => ({
      target,
      mode,
      ...(named ?? this.#relations[target] ?? { relation: target, isTable: false }),
    }));
  }
}

function shown({ relation, mode }: Held): { relation: string; mode: string } {
  return { relation, mode };
}
