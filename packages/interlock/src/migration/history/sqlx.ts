import { createHash } from "node:crypto";
import { basename } from "node:path";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `_sqlx_migrations`: version, description, and the SHA-384 of the file that sqlx compares at every run. */
export function sqlxHistory({ path, text }: RecordedFile): HistoryRow | undefined {
  const [, version, words] = /^(\d+)_(.+?)(?:\.up)?\.sql$/.exec(basename(path)) ?? [];
  if (version === undefined || words === undefined) return undefined;
  return {
    table: "_sqlx_migrations",
    values: {
      version: `${String(BigInt(version))}::bigint`,
      description: quoteLiteral(words.replaceAll("_", " ")),
      success: "true",
      checksum: `decode('${createHash("sha384").update(text).digest("hex")}', 'hex')`,
      execution_time: "0",
    },
    key: ["version"],
  };
}
