import { basename, dirname } from "node:path";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `__diesel_schema_migrations`: what the folder's name begins with, without its dashes. */
export function dieselHistory({ path }: RecordedFile): HistoryRow | undefined {
  const version = basename(dirname(path)).split("_")[0]?.replaceAll("-", "");
  if (version === undefined || version === "") return undefined;
  return {
    table: "__diesel_schema_migrations",
    values: { version: quoteLiteral(version) },
    key: ["version"],
  };
}
