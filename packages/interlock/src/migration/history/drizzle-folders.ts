import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/**
 * `drizzle.__drizzle_migrations` of Drizzle 1: it goes by the folder's name, and keeps the file's SHA-256 and the
 * moment that the name begins with. A folder whose name begins with none was not made by Drizzle.
 */
export function drizzleFoldersHistory({ path, text }: RecordedFile): HistoryRow | undefined {
  const folder = basename(dirname(path));
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(folder)?.map(Number) ?? [];
  if (year === undefined || month === undefined) return undefined;
  return {
    table: "__drizzle_migrations",
    schema: "drizzle",
    values: {
      hash: quoteLiteral(createHash("sha256").update(text).digest("hex")),
      created_at: `${String(Date.UTC(year, month - 1, day, hour, minute, second))}::bigint`,
      name: quoteLiteral(folder),
    },
    key: ["name"],
  };
}
