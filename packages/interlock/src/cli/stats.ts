import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { readStatsFrom } from "../rehearsal/stats/read-stats-from.ts";
import { sizeOf } from "../rehearsal/stats/estimate.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { readConnection } from "./ship-flags.ts";

interface Flags {
  database?: string;
  out?: string;
}

/** `interlock stats`: how large the tables of a database are, for checks that can't reach it. */
export function statsCommand(): Command {
  return new Command("stats")
    .description("Write down how large the tables of a database are, for interlock check --stats.")
    .option("--database <url>", "the database (default: DATABASE_URL)")
    .option("--out <file>", "the file (default: standard output)")
    .addHelpText("after", help)
    .action(async (flags: Flags) => {
      const stats = await readStatsFrom(readConnection(flags).connectionString ?? "");
      const text = `${JSON.stringify(stats, undefined, 2)}\n`;
      if (flags.out === undefined) {
        process.stdout.write(text);
        return;
      }
      await write(flags.out, text);
      const bytes = stats.tables.reduce((sum, table) => sum + table.bytes + table.indexBytes, 0);
      process.stderr.write(`${flags.out}: ${String(stats.tables.length)} tables, ${sizeOf(bytes)}\n`);
    });
}

const help = `
The session only reads, counts nothing and takes what PostgreSQL keeps about its tables. Names and sizes of tables
are all that is written. Any role that may connect can do it.

Example:
  interlock stats --database postgres://reader@db/payments --out stats.json
  interlock check migrations/0042_status.sql --old workloads/payments@2.2.0.json --stats stats.json
`;

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new Failure({
      code: "file-not-writable",
      message: `${path} can't be written.`,
      why: messageOf(error),
      state: "Nothing was changed.",
      next: "Give another path with --out.",
      cause: error,
    });
  }
}
