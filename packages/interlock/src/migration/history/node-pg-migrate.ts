import { basename } from "node:path";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `pgmigrations` of node-pg-migrate: the file's name without its ending. */
export function nodePgMigrateHistory({ path }: RecordedFile): HistoryRow {
  const name = basename(path).replace(/\.sql$/, "");
  return {
    table: "pgmigrations",
    values: { name: quoteLiteral(name), run_on: "clock_timestamp()" },
    key: ["name"],
  };
}
