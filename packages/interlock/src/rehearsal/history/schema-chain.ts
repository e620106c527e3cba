import { createHash } from "node:crypto";
import { applyMigration } from "../../migration/apply.ts";
import type { Migration } from "../../migration/migration.ts";
import type { Shadow } from "../../shadow/open-shadow.ts";
import { programFingerprint } from "../../std/program-fingerprint.ts";
import { Sandbox } from "../sandbox.ts";
import { standInRoles } from "../stand-in-roles.ts";

/** A warm shadow keeps every so many states of a history, and the last one that was asked for. */
const keptEvery = 50;

/**
 * The schemas of a history, one after the other. Each is made from the one before it by the migrations in
 * between, so that a history costs one set-up and not one for every step. A state is known by its content: by
 * the texts of all migrations up to it, so that a migration that was edited makes everything behind it anew.
 */
export class SchemaChain {
  readonly sandbox: Sandbox;
  readonly #shadow: Shadow;
  #tip: { database: string; keys: readonly string[] } | undefined;
  /** How many migrations were run; what a history costs beside its rehearsals. */
  applied = 0;

  private constructor(shadow: Shadow, sandbox: Sandbox) {
    this.#shadow = shadow;
    this.sandbox = sandbox;
  }

  static async open(shadow: Shadow): Promise<SchemaChain> {
    return new SchemaChain(shadow, await Sandbox.open(shadow));
  }

  /**
   * A database of the caller's own with what the migrations make, to which nobody is connected. Throws
   * `MigrationFailure` for the first that does not apply.
   */
  async copyOf(migrations: readonly Migration[]): Promise<string> {
    await this.reach(migrations);
    return this.sandbox.createDatabase(this.#tip?.database);
  }

  /** Only sees that the migrations apply. Throws the same. */
  async reach(migrations: readonly Migration[]): Promise<void> {
    const keys = stateKeys(migrations.map(({ text }) => text));
    const tip =
      this.#tip !== undefined && isBeginning(this.#tip.keys, keys) ? this.#tip : await this.#begin(keys);
    await this.#advance(tip, { migrations, keys });
  }

  /** Leaves the last state to whoever asks a warm shadow for it next. */
  async close(): Promise<void> {
    if (this.#tip === undefined) return;
    await this.#keep(this.#tip);
    await this.#drop();
  }

  async #begin(keys: readonly string[]): Promise<{ database: string; keys: readonly string[] }> {
    await this.#drop();
    for (let count = keys.length; count > 0; count -= 1) {
      const kept = await this.#shadow.findKept(keys[count - 1] ?? "");
      if (kept === undefined) continue;
      const database = await this.sandbox.createDatabase(kept.template);
      await kept.release();
      return (this.#tip = { database, keys: keys.slice(0, count) });
    }
    return (this.#tip = { database: await this.sandbox.createDatabase(), keys: [] });
  }

  async #advance(
    { database, keys: done }: { database: string; keys: readonly string[] },
    { migrations, keys }: { migrations: readonly Migration[]; keys: readonly string[] },
  ): Promise<void> {
    await standInRoles(this.#shadow, migrations);
    for (let from = done.length; from < migrations.length;) {
      const to = Math.min(migrations.length, (Math.floor(from / keptEvery) + 1) * keptEvery);
      const client = await this.sandbox.migrator(database);
      try {
        for (const migration of migrations.slice(from, to)) {
          this.applied += 1;
          await applyMigration(client, migration);
        }
      } catch (error) {
        await client.end();
        // A part of a migration may have been done: nothing can be made of that.
        await this.#drop();
        throw error;
      }
      await client.end();
      this.#tip = { database, keys: keys.slice(0, to) };
      if (to % keptEvery === 0) await this.#keep(this.#tip);
      from = to;
    }
  }

  async #keep({ database, keys }: { database: string; keys: readonly string[] }): Promise<void> {
    const key = keys.at(-1);
    if (key === undefined || !this.#shadow.keeps) return;
    const known = await this.#shadow.findKept(key);
    if (known !== undefined) return known.release();
    const copy = await this.sandbox.createDatabase(database);
    if (!(await this.#shadow.keepDatabase(copy, { key, note: "a schema without rows" })))
      await this.sandbox.dropDatabase(copy);
  }

  async #drop(): Promise<void> {
    const tip = this.#tip;
    this.#tip = undefined;
    if (tip !== undefined) await this.sandbox.dropDatabase(tip.database);
  }
}

/** A key for the state after each text: a chain, so that a text counts for every state behind it. */
export function stateKeys(texts: readonly string[]): string[] {
  let before = `schema ${programFingerprint()}`;
  return texts.map((text) => {
    before = createHash("sha256").update(before).update("\0").update(text).digest("hex").slice(0, 32);
    return before;
  });
}

function isBeginning(short: readonly string[], long: readonly string[]): boolean {
  return short.length <= long.length && short.at(-1) === long[short.length - 1];
}
