import { basename } from "node:path";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `schema_migrations` of golang-migrate: one row, the version that was reached. */
export function golangMigrateHistory({ path }: RecordedFile): HistoryRow | undefined {
  const version = /^(\d+)_/.exec(basename(path))?.[1];
  if (version === undefined) return undefined;
  return {
    table: "schema_migrations",
    values: { version: `${String(BigInt(version))}::bigint`, dirty: "false" },
    key: ["version"],
    onlyLatest: true,
  };
}
