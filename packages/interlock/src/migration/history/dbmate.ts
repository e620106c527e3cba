import { basename } from "node:path";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `schema_migrations` of dbmate: the digits that a file's name begins with. */
export function dbmateHistory({ path }: RecordedFile): HistoryRow | undefined {
  const version = /^(\d+)/.exec(basename(path))?.[1];
  if (version === undefined) return undefined;
  return { table: "schema_migrations", values: { version: quoteLiteral(version) }, key: ["version"] };
}
