import type { Client } from "pg";
import { messageOf } from "../../packages/interlock/src/std/failure.ts";
import { runStatement, type Answer } from "./run-statement.ts";
import { rowId, type Link, type Table } from "./shape.ts";
import type { Write } from "./statements.ts";

export type Row = Readonly<Record<string, string | null>>;
type Rows = Map<string, Row>;

/** One of the two shapes: a database in which only this shape ever was, or has been since the migration alone. */
export interface Side {
  client: Client;
  tables: readonly Table[];
  rows: Map<string, Rows>;
  /** Why the histories of both versions have no common end in this shape: it refused what the other one wrote. */
  impossible: string | undefined;
}

interface Changed {
  upserted: Rows;
  deleted: string[];
}

/** Reads a row as it was left in the database that is shipped to. */
export type ReadShipped = (
  table: string,
  row: string,
  columns: readonly string[],
) => Promise<Row | undefined>;

/**
 * The single history that rows are held against. There are two databases without any sync. In `old` the change
 * never happened; in `new` the migration ran alone, before the first write. Every write of a version is executed
 * in the database of its shape, in the order of the commits, and what it did to rows is then brought over:
 *
 * - an inserted row has, in the other shape, each column that both know with its value, each column that is linked
 *   by its mapping, and any other one by default;
 * - of an updated row the columns that both know follow, and a mapping is computed anew where a column that the
 *   writing version's side of the link has was changed; otherwise what the other version wrote there stays;
 * - a deleted row is deleted.
 *
 * After contract the rows must be those of `new`, after a rollback those of `old`, and while both versions are
 * live each of them must see its own. Nothing here knows anything of how the sync does it.
 */
export class SingleHistory {
  readonly old: Side;
  readonly new: Side;
  readonly #links: readonly Link[];
  readonly #logs: readonly string[];

  private constructor(old: Side, fresh: Side, links: readonly Link[], logs: readonly string[]) {
    this.old = old;
    this.new = fresh;
    this.#links = links;
    this.#logs = logs;
  }

  static async open(options: {
    old: Client;
    new: Client;
    tables: { old: readonly Table[]; new: readonly Table[] };
    links: readonly Link[];
    logs: readonly string[];
    impossible: string | undefined;
  }): Promise<SingleHistory> {
    const old: Side = {
      client: options.old,
      tables: options.tables.old,
      rows: new Map(),
      impossible: undefined,
    };
    const fresh: Side = {
      client: options.new,
      tables: options.tables.new,
      rows: new Map(),
      impossible: options.impossible,
    };
    for (const side of [old, fresh]) {
      if (side.impossible !== undefined) continue;
      for (const table of side.tables) side.rows.set(table.name, await readRows(side.client, table));
    }
    return new SingleHistory(old, fresh, options.links, options.logs);
  }

  /** Executes a write in the shape of its version and brings it over. Undefined where that shape has no history. */
  async write(write: Write, readShipped: ReadShipped): Promise<Answer | undefined> {
    const [from, to] = write.isNew ? [this.new, this.old] : [this.old, this.new];
    if (from.impossible !== undefined) return undefined;
    const { client } = from;
    await client.query("begin");
    const answer = await runStatement(client, write);
    if ("refused" in answer) {
      await client.query("rollback");
      return answer;
    }
    await this.#adopt(from, to, readShipped);
    const changes = new Map<string, Changed>();
    for (const table of from.tables) changes.set(table.name, await readChanged(from, table));
    const logged = new Map<string, string[][]>();
    for (const log of this.#logs) logged.set(log, await readLogged(client, log));
    await client.query("commit");
    if (to.impossible === undefined) {
      await to.client.query("begin; set local session_replication_role = replica");
      try {
        for (const table of from.tables) {
          const changed = changes.get(table.name);
          if (changed !== undefined) await this.#bringOver(table, changed, { from, to });
        }
        for (const [log, entries] of logged) await writeLogged(to.client, log, entries);
        await to.client.query("commit");
        for (const { name } of to.tables) removeRows(to, name, changes.get(name)?.deleted ?? []);
      } catch (error) {
        await to.client.query("rollback");
        to.impossible = `${messageOf(error)} after ${write.statement.sql} with ${JSON.stringify(write.values)}`;
      }
    }
    for (const [table, { upserted, deleted }] of changes) {
      removeRows(from, table, deleted);
      for (const [id, row] of upserted) from.rows.get(table)?.set(id, row);
    }
    return answer;
  }

  /**
   * A value that is another each time is taken from what was shipped to; so is a default that the change sets,
   * which an old version's row may have from either side of it.
   */
  async #adopt(from: Side, to: Side, readShipped: ReadShipped): Promise<void> {
    for (const table of from.tables) {
      const others = to.tables.find(({ name }) => name === table.name)?.columns ?? [];
      const open = table.columns.filter((column) => {
        const other = others.find(({ name }) => name === column.name);
        return column.isVolatile || (other !== undefined && other.default !== column.default);
      });
      if (open.length === 0) continue;
      const { upserted } = await readChanged(from, table);
      for (const [id, row] of upserted) {
        if (from.rows.get(table.name)?.has(id) === true) continue;
        const shipped = await readShipped(
          table.name,
          id,
          open.map(({ name }) => name),
        );
        for (const column of open) {
          const value = shipped?.[column.name];
          const other = others.find(({ name }) => name === column.name);
          const defaults = [column.default, other?.default].map((each) => each?.replaceAll("'", "") ?? null);
          const fits = column.isVolatile
            ? value !== null
            : defaults.includes(value ?? null) && defaults.includes(row[column.name] ?? null);
          if (value === undefined || !fits) continue;
          // Not a write of anybody's: no trigger of the user's fires.
          await from.client.query("set local session_replication_role = replica");
          await from.client.query(
            `update ${table.name} set ${column.name} = $1::text::${column.type} where ${rowId} = $2::bigint`,
            [value, id],
          );
          await from.client.query("set local session_replication_role = origin");
        }
      }
    }
  }

  async #bringOver(
    table: Table,
    { upserted, deleted }: Changed,
    { from, to }: { from: Side; to: Side },
  ): Promise<void> {
    const target = to.tables.find(({ name }) => name === table.name);
    if (target === undefined) return;
    const isUp = to === this.new;
    const links = this.#links.filter((link) => link.table === table.name);
    if (deleted.length > 0) {
      await to.client.query(`delete from ${table.name} where ${rowId} = any($1::bigint[])`, [deleted]);
    }
    const before = from.rows.get(table.name) ?? new Map<string, Row>();
    for (const [id, row] of upserted) {
      const earlier = before.get(id);
      const changed = (name: string): boolean => earlier === undefined || earlier[name] !== row[name];
      const values = new Map<string, string | null>();
      const linked = new Set(links.flatMap((link) => Object.keys(isUp ? link.up : link.down)));
      for (const { name, generated } of target.columns) {
        if (generated !== undefined || linked.has(name) || !(name in row)) continue;
        if (
          links.some((link) => name in (isUp ? link.down : link.up) && name in (isUp ? link.up : link.down))
        )
          continue;
        if (changed(name)) values.set(name, row[name] ?? null);
      }
      for (const link of links) {
        if (!(isUp ? link.readsOld : link.readsNew).some(changed) && earlier !== undefined) continue;
        for (const [column, expression] of Object.entries(isUp ? link.up : link.down)) {
          values.set(column, await evaluate(this.new.client, { table, row, expression }));
        }
      }
      await writeRow(to, target, { id, values, isNew: to.rows.get(table.name)?.has(id) !== true });
    }
  }
}

/** What a mapping gives for a row of one shape. */
async function evaluate(
  client: Client,
  { table, row, expression }: { table: Table; row: Row; expression: string },
): Promise<string | null> {
  const columns = table.columns.map(({ name, type }, at) => `$${String(at + 1)}::text::${type} as ${name}`);
  const { rows } = await client.query<{ value: string | null }>(
    `select (${expression})::text as value from (select ${columns.join(", ")}) as ${table.name}`,
    table.columns.map(({ name }) => row[name] ?? null),
  );
  return rows[0]?.value ?? null;
}

async function writeRow(
  side: Side,
  table: Table,
  { id, values, isNew }: { id: string; values: ReadonlyMap<string, string | null>; isNew: boolean },
): Promise<void> {
  const names = [...values.keys()].filter((name) => name !== rowId);
  const typed = names.map((name, at) => {
    const type = table.columns.find((column) => column.name === name)?.type ?? "text";
    return `$${String(at + 2)}::text::${type}`;
  });
  const all = [id, ...names.map((name) => values.get(name) ?? null)];
  const columns = allColumns(table);
  if (!isNew && names.length === 0) return;
  const sql = isNew
    ? `insert into ${table.name} (${[rowId, ...names].join(", ")}) overriding system value values (${["$1::bigint", ...typed].join(", ")}) returning ${columns}`
    : `update ${table.name} set ${names.map((name, at) => `${name} = ${typed[at] ?? ""}`).join(", ")} where ${rowId} = $1::bigint returning ${columns}`;
  const { rows } = await side.client.query<Row>(sql, all);
  const [row] = rows;
  if (row !== undefined) side.rows.get(table.name)?.set(id, row);
}

function removeRows(side: Side, table: string, ids: readonly string[]): void {
  for (const id of ids) side.rows.get(table)?.delete(id);
}

function allColumns({ columns }: Table): string {
  return columns.map(({ name }) => `${name}::text`).join(", ");
}

export async function readRows(client: Client, table: Table): Promise<Rows> {
  const { rows } = await client.query<Row>(`select ${allColumns(table)} from ${table.name}`);
  return new Map(rows.map((row) => [row[rowId] ?? "", row]));
}

/** What the open transaction did to a table's rows. */
async function readChanged({ client, rows: known }: Side, table: Table): Promise<Changed> {
  const { rows } = await client.query<Row>(
    `select ${allColumns(table)} from ${table.name} where xmin = pg_current_xact_id()::xid`,
  );
  const upserted = new Map(rows.map((row) => [row[rowId] ?? "", row]));
  const before = known.get(table.name) ?? new Map<string, Row>();
  const { rows: left } = await client.query<{ ids: string[] | null }>(
    `select array_agg(${rowId}::text) as ids from ${table.name}`,
  );
  const ids = new Set(left[0]?.ids);
  return { upserted, deleted: [...before.keys()].filter((id) => !ids.has(id)) };
}

async function readLogged(client: Client, log: string): Promise<string[][]> {
  const { rows } = await client.query<{ id: string; what: string }>(
    `select ${rowId}::text as id, what from ${log} where xmin = pg_current_xact_id()::xid`,
  );
  return rows.map(({ id, what }) => [id, what]);
}

async function writeLogged(client: Client, log: string, entries: readonly string[][]): Promise<void> {
  for (const entry of entries) {
    await client.query(`insert into ${log} (${rowId}, what) values ($1::bigint, $2::text)`, entry);
  }
}
