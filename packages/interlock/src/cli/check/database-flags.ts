import type { Command } from "commander";
import { readStatsFrom } from "../../rehearsal/stats/read-stats-from.ts";
import type { Stats } from "../../rehearsal/stats/stats.ts";
import { Failure } from "../../std/failure.ts";
import { readRunningFrom, type Running } from "../../workload/running/read-running.ts";
import { readAppVersion } from "../app-version.ts";

export interface DatabaseFlags {
  database?: string;
  app?: string;
}

/** The flags that ask a running database what runs on it. */
export function addDatabaseFlags(command: Command): Command {
  return command
    .option(
      "--database <url>",
      "a running database: what it counts in pg_stat_statements is an old workload, and its tables have the sizes that count; it is only read",
    )
    .option("--app <name@version>", "the app version of that workload (default: running@<database>)");
}

/**
 * What runs on the database that the flags name, and how large its tables are; nothing where they name none. Where it
 * does not count its statements, workloads that were given as files do alone, and that is said.
 */
export async function readDatabase({
  database,
  app,
  old = [],
}: DatabaseFlags & { old?: readonly string[] }): Promise<{ running?: Running; stats?: Stats }> {
  if (database === undefined) return {};
  const running = await readRunningFrom(
    database,
    app === undefined ? {} : { app: readAppVersion(app) },
  ).catch((error: unknown) => {
    if (old.length === 0 || !(error instanceof Failure) || !error.code.startsWith("statement-statistics-"))
      throw error;
    process.stderr.write(`${error.message} ${error.why ?? ""} The check goes by --old alone.\n`);
    return undefined;
  });
  return { ...(running === undefined ? {} : { running }), stats: await readStatsFrom(database) };
}
