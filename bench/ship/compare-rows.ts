import type { ClientBase } from "pg";
import { quoteIdentifier } from "../../packages/interlock/src/sql/quote.ts";

/** Every row of the tables that traffic leaves alone once it is written, by what it holds; equal rows are counted. */
export type Rows = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Tables whose rows of the past go on changing, and what is no data of the platform's. */
const moving = new Set([
  "merchant_balances",
  "merchant_credits",
  "terminals",
  "login_attempts",
  "schema_migrations",
]);
/** Tables that no traffic adds to: there it is no row more, either. */
const still = new Set(["merchants", "merchant_users"]);

/** A column that says nothing. */
export interface LeftOut {
  table: string;
  column: string;
}

/** Where rows are numbered by the change itself, a number is anybody's: nothing refers to it. */
const numbered: LeftOut = { table: "merchant_users", column: "id" };

/** Reads them, each as the hash of its columns by name, so that their order does not matter. */
export async function readRows(client: ClientBase, leftOut: readonly LeftOut[] = []): Promise<Rows> {
  const { rows: tables } = await client.query<{ name: string; columns: string[] }>(
    `select pg_class.relname as name, array_agg(pg_attribute.attname::text) as columns
     from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
     group by 1`,
  );
  const all = new Map<string, ReadonlyMap<string, number>>();
  for (const { name, columns } of tables) {
    if (moving.has(name)) continue;
    const silent = [numbered, ...leftOut].filter(({ table }) => table === name);
    const { rows } = await client.query<{ hash: string; count: number }>(
      `select md5((${contentOf(columns)} - $1::text[])::text) as hash, count(*)::integer as count
       from public.${quoteIdentifier(name)} as content group by 1`,
      [silent.map(({ column }) => column)],
    );
    all.set(name, new Map(rows.map(({ hash, count }) => [hash, count])));
  }
  return all;
}

/** What is encrypted is another text each time; it is what it decrypts to that counts. */
function contentOf(columns: readonly string[]): string {
  return columns.includes("iban_encrypted")
    ? `(to_jsonb(content) || jsonb_build_object('iban_encrypted',
        pgp_sym_decrypt(content.iban_encrypted, current_setting('payments.iban_key'))))`
    : "to_jsonb(content)";
}

/** How many rows of `wanted` are not there as they should be, by table; nothing where all are. */
export function missingRows(wanted: Rows, found: Rows): Record<string, number> {
  const missing: Record<string, number> = {};
  for (const [table, rows] of wanted) {
    const there = found.get(table);
    let count = 0;
    for (const [hash, times] of rows) count += Math.max(0, times - (there?.get(hash) ?? 0));
    if (still.has(table)) for (const [hash] of there ?? []) if (!rows.has(hash)) count += 1;
    if (count > 0) missing[table] = count;
  }
  return missing;
}
