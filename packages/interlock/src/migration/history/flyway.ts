import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/**
 * `flyway_schema_history`: version, description and a checksum that `flyway validate` compares. A migration that
 * is repeated is known by its script and its checksum.
 */
export function flywayHistory({ path, text }: RecordedFile): HistoryRow | undefined {
  const script = basename(path);
  const [, kind, version, words] = /^(V|R)([\d._]*)__(.+)\.sql$/.exec(script) ?? [];
  if (kind === undefined || words === undefined) return undefined;
  const isRepeated = kind === "R";
  return {
    table: "flyway_schema_history",
    values: {
      installed_rank: (table) => `(select coalesce(max(installed_rank), 0) + 1 from ${table})`,
      version: isRepeated ? "null" : quoteLiteral((version ?? "").replaceAll("_", ".")),
      description: quoteLiteral(words.replaceAll("_", " ")),
      type: "'SQL'",
      script: quoteLiteral(script),
      checksum: String(checksumOf(text)),
      installed_by: "current_user",
      execution_time: "0",
      success: "true",
    },
    key: isRepeated ? ["script", "checksum"] : ["version"],
  };
}

/** CRC-32 over the lines without what ends them, as a signed number of 32 bits. */
function checksumOf(text: string): number {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  return crc32(lines.join("")) | 0;
}
