import { basename } from "node:path";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `supabase_migrations.schema_migrations`: version and name. */
export function supabaseHistory({ path }: RecordedFile): HistoryRow | undefined {
  const [, version, name] = /^(\d+)_(.+)\.sql$/.exec(basename(path)) ?? [];
  if (version === undefined || name === undefined) return undefined;
  return {
    table: "schema_migrations",
    schema: "supabase_migrations",
    values: { version: quoteLiteral(version), name: quoteLiteral(name) },
    key: ["version"],
  };
}
