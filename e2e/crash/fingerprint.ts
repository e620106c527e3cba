import { createHash } from "node:crypto";
import { describeCatalog } from "../../packages/interlock/src/catalog/describe.ts";
import { journalTables } from "../../packages/interlock/src/ship/journal-schema.ts";
import { quoteIdentifier } from "../../packages/interlock/src/sql/quote.ts";
import { withClient, type ClientConfig } from "./connections.ts";

/** The catalog, the rows of every table, and what of schema `interlock` is no part of the journal: as one number. */
export async function fingerprint(connection: ClientConfig): Promise<string> {
  return withClient(connection, async (client) => {
    const catalog = [...(await describeCatalog(client))].toSorted();
    const ours = await client.query(
      `select relname as name from pg_class where relnamespace::regnamespace::text = 'interlock' and relkind in ('r', 'v', 'p')
          and relname <> all ($1::text[])
       union all select proname from pg_proc where pronamespace::regnamespace::text = 'interlock' order by 1`,
      [[...journalTables]],
    );
    const tables = await client.query<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
    );
    const rows: unknown[] = [];
    for (const { name } of tables.rows) {
      const found = await client.query(
        `select to_jsonb(t)::text as row from ${quoteIdentifier(name)} as t order by 1`,
      );
      rows.push(name, found.rows);
    }
    const all = JSON.stringify([catalog, ours.rows, rows]);
    return createHash("sha256").update(all).digest("hex").slice(0, 16);
  });
}
