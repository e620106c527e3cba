import { createHash } from "node:crypto";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/** `drizzle.__drizzle_migrations`: the file's SHA-256, and the moment that its journal gives it, in milliseconds. */
export function drizzleHistory({ text, journalledAt }: RecordedFile): HistoryRow | undefined {
  if (journalledAt === undefined) return undefined;
  return {
    table: "__drizzle_migrations",
    schema: "drizzle",
    values: {
      hash: quoteLiteral(createHash("sha256").update(text).digest("hex")),
      created_at: `${String(Math.trunc(journalledAt))}::bigint`,
    },
    key: ["created_at"],
  };
}
