import { basename } from "node:path";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `goose_db_version`: a row a version. */
export function gooseHistory({ path }: RecordedFile): HistoryRow | undefined {
  const version = /^(\d+)_/.exec(basename(path))?.[1];
  if (version === undefined) return undefined;
  return {
    table: "goose_db_version",
    values: { version_id: `${String(BigInt(version))}::bigint`, is_applied: "true" },
    key: ["version_id", "is_applied"],
  };
}
