import { basename } from "node:path";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `gorp_migrations` of sql-migrate: the file's name. */
export function sqlMigrateHistory({ path }: RecordedFile): HistoryRow {
  return {
    table: "gorp_migrations",
    values: { id: quoteLiteral(basename(path)), applied_at: "clock_timestamp()" },
    key: ["id"],
  };
}
