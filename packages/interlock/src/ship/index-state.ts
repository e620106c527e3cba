import type { Client } from "pg";
import { quoteQualified } from "../sql/quote.ts";
import type { IndexStep, Relation } from "../plan/plan.ts";

export type IndexState = "missing" | "invalid" | "valid";

/** Whether an index is there, and whether PostgreSQL uses it; one that a broken CONCURRENTLY left is invalid. */
export async function readIndexState(client: Client, { schema, name }: Relation): Promise<IndexState> {
  const { rows } = await client.query<{ valid: boolean }>(
    `select i.indisvalid and i.indisready and i.indislive as valid
       from pg_catalog.pg_index i
       join pg_catalog.pg_class c on c.oid = i.indexrelid
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1::name and c.relname = $2::name`,
    [schema, name],
  );
  const row = rows[0];
  if (row === undefined) return "missing";
  return row.valid ? "valid" : "invalid";
}

/** Whether an index step drops its index instead of making it. */
export function dropsIndex({ statement }: Pick<IndexStep, "statement">): boolean {
  return /^\s*(--[^\n]*\n\s*)*drop\s/i.test(statement);
}

/** Drops an index without keeping anybody out; outside a transaction. */
export async function dropIndexConcurrently(client: Client, { schema, name }: Relation): Promise<void> {
  await client.query(`drop index concurrently if exists ${quoteQualified(schema, name)}`);
}
