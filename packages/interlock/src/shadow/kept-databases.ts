import { DatabaseError } from "pg";
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";
import type { AdminSession } from "./admin-session.ts";

/** A database that was kept, as a template. It stays as it is at least until it is released. */
export interface KeptDatabase {
  template: string;
  note: string;
  release(): Promise<void>;
}

const keptPrefix = "interlock_kept_";
/** Templates that a server keeps at most; the oldest go first. */
const mostKept = 12;
/** Notes that a server keeps at most. One of a workload of 500 statements has half a megabyte. */
const mostNotes = 40;

const lockKey = "hashtextextended($1::text, 0)";

/** What a server that stays up keeps for later callers, by keys of theirs: databases, and notes about them. */
export class KeptDatabases {
  readonly #admin: AdminSession;

  constructor(admin: AdminSession) {
    this.#admin = admin;
  }

  async keep(name: string, { key, note }: { key: string; note: string }): Promise<boolean> {
    const template = keptPrefix + key;
    try {
      await this.#makeRoom();
      // The note comes first and the name last: what has the name is whole.
      await this.#admin.query(`comment on database ${quoteIdentifier(name)} is ${quoteLiteral(note)}`);
      await this.#admin.query(
        `alter database ${quoteIdentifier(name)} rename to ${quoteIdentifier(template)}`,
      );
      await this.#admin.letGo(name);
      return true;
    } catch (error) {
      // Another caller was first, or copies an old one at this moment: then this one stays the caller's own.
      if (error instanceof DatabaseError && ["42P04", "55006"].includes(error.code ?? "")) return false;
      throw error;
    }
  }

  async find(key: string): Promise<KeptDatabase | undefined> {
    const template = keptPrefix + key;
    // Shared, so that others may copy it too, and nobody who needs room drops it.
    const { rows: locks } = await this.#admin.query<{ locked: boolean }>(
      `select pg_try_advisory_lock_shared(${lockKey}) as locked`,
      [template],
    );
    if (locks[0]?.locked !== true) return undefined;
    const release = async (): Promise<void> => {
      await this.#admin.query(`select pg_advisory_unlock_shared(${lockKey})`, [template]);
    };
    const { rows } = await this.#admin.query<{ note: string | null }>(
      "select shobj_description(oid, 'pg_database') as note from pg_database where datname = $1::text",
      [template],
    );
    const note = rows[0]?.note;
    if (typeof note === "string") return { template, note, release };
    await release();
    return undefined;
  }

  async keepNote(key: string, note: Buffer): Promise<void> {
    await this.#admin.query(
      `create unlogged table if not exists interlock_notes (
         number bigint generated always as identity, key text primary key, note bytea not null)`,
    );
    await this.#admin.query(
      "insert into interlock_notes (key, note) values ($1::text, $2::bytea) on conflict (key) do update set note = excluded.note",
      [key, note],
    );
    await this.#admin.query(
      `delete from interlock_notes where number <= (select max(number) from interlock_notes) - ${String(mostNotes)}`,
    );
  }

  async findNote(key: string): Promise<Buffer | undefined> {
    try {
      const { rows } = await this.#admin.query<{ note: Buffer }>(
        "select note from interlock_notes where key = $1::text",
        [key],
      );
      return rows[0]?.note;
    } catch (error) {
      // Nobody has made a note yet.
      if (error instanceof DatabaseError && error.code === "42P01") return undefined;
      throw error;
    }
  }

  /** Drops the oldest that nobody uses. */
  async #makeRoom(): Promise<void> {
    const { rows } = await this.#admin.query<{ name: string }>(
      `select name from (select datname as name from pg_database where datname like $1::text order by oid desc offset $2::integer) old
        where pg_try_advisory_lock(hashtextextended(name, 0))`,
      [`${keptPrefix}%`, mostKept - 1],
    );
    for (const { name } of rows) {
      await this.#admin
        .query(`drop database if exists ${quoteIdentifier(name)}`)
        .finally(() => this.#admin.letGo(name));
    }
  }
}
