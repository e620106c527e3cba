import type { Client } from "pg";
import { quoteQualified } from "../../packages/interlock/src/sql/quote.ts";

/** The places outside answers where secrets were found: the server's output, and every table of its database. */
export async function secretsLeftBehind(
  control: Client,
  { secrets, output }: { secrets: readonly string[]; output: string },
): Promise<string[]> {
  const found = secrets
    .filter((secret) => output.includes(secret))
    .map((secret) => `the log holds ${begin(secret)}`);
  const { rows: tables } = await control.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  for (const { schema, name } of tables) {
    const { rows } = await control.query<{ secret: string }>(
      `select distinct secret from unnest($1::text[]) as secrets (secret)
       where exists (select 1 from ${quoteQualified(schema, name)} as t where position(secret in t::text) > 0)`,
      [secrets],
    );
    found.push(...rows.map(({ secret }) => `${schema}.${name} holds ${begin(secret)}`));
  }
  return found;
}

function begin(secret: string): string {
  return `${secret.slice(0, 16)}…`;
}
