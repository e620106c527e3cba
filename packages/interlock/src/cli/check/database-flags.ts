import type { Command } from "commander";
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
      "a running database: what it counts in pg_stat_statements is an old workload; it is only read",
    )
    .option("--app <name@version>", "the app version of that workload (default: running@<database>)");
}

/** What runs on the database that the flags name; nothing where they name none. */
export async function readDatabase({ database, app }: DatabaseFlags): Promise<{ running?: Running }> {
  if (database === undefined) return {};
  return {
    running: await readRunningFrom(database, app === undefined ? {} : { app: readAppVersion(app) }),
  };
}
