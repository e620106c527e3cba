import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow, RecordedFile } from "./history-row.ts";

/**
 * `_prisma_migrations`: the folder's name, and the SHA-256 of the file that Prisma compares at every run. A folder
 * whose name does not begin with a number and an underscore was not made by Prisma.
 */
export function prismaHistory({ path, text }: RecordedFile): HistoryRow | undefined {
  if (!/^\d+_/.test(basename(dirname(path)))) return undefined;
  return {
    table: "_prisma_migrations",
    values: {
      id: "gen_random_uuid()::text",
      checksum: quoteLiteral(createHash("sha256").update(text).digest("hex")),
      finished_at: "clock_timestamp()",
      migration_name: quoteLiteral(basename(dirname(path))),
      started_at: "clock_timestamp()",
      applied_steps_count: "1",
    },
    key: ["migration_name"],
  };
}
