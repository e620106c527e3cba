import type { Command } from "commander";
import { openControl, type Control } from "../control/control.ts";
import { defaultDataDirectory, makeDataDirectory } from "../control/data-directory.ts";
import { embeddedControlDatabase, externalControlDatabase } from "../control/open-control-database.ts";
import { serverVersion } from "../control/server-version.ts";

/** The flags of commands that read the control database themselves, without a server. */
export interface ControlFlags {
  data?: string;
  database?: string;
}

export function addControlFlags(command: Command): Command {
  return command
    .option(
      "--data <directory>",
      `where the server's data is kept (default: INTERLOCK_DATA, else ${defaultDataDirectory()})`,
    )
    .option(
      "--database <url>",
      "the control database (default: INTERLOCK_DATABASE, else the embedded PostgreSQL in --data)",
    );
}

/** Does something with the control database, and lets go of it. */
export async function withControl<Result>(
  { data, database: given }: ControlFlags,
  work: (control: Control) => Promise<Result>,
): Promise<Result> {
  const url = given ?? process.env["INTERLOCK_DATABASE"] ?? "";
  const database =
    url === ""
      ? await embeddedControlDatabase(await makeDataDirectory(data ?? defaultDataDirectory()))
      : externalControlDatabase(url);
  const control = openControl(database.connection, { applicationName: serverVersion() });
  try {
    return await work(control);
  } finally {
    await control.close();
    database.release();
  }
}
