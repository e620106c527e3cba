import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ClientBase } from "pg";

const directory = new URL("../../migrations/", import.meta.url);

/** Brings a database to the baseline schema: each file of migrations/ once, in order, in a transaction of its own. */
export async function applyMigrations(client: ClientBase): Promise<string[]> {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, applied_at timestamptz not null default now())`);
  const known = await client.query<{ name: string }>("select name from schema_migrations");
  const applied = new Set(known.rows.map(({ name }) => name));
  const files = (await readdir(directory)).filter((name) => name.endsWith(".sql")).toSorted();
  const added: string[] = [];
  for (const name of files.filter((file) => !applied.has(file))) {
    const sql = await readFile(fileURLToPath(new URL(name, directory)), "utf8");
    await client.query("begin");
    try {
      await client.query(sql);
      await client.query("insert into schema_migrations (name) values ($1::text)", [name]);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback");
      throw new Error(`migration ${name} does not apply; nothing of it was kept`, { cause: error });
    }
    added.push(name);
  }
  return added;
}
