import { Command } from "commander";
import { connect } from "../database/connect.ts";
import { Failure } from "../std/failure.ts";
import { enableWatch } from "../watch/enable-watch.ts";
import { lookOnce } from "../watch/look-once.ts";
import { watchDatabase } from "../watch/watch-database.ts";
import { readWorkload } from "../workload/read.ts";
import type { Workload } from "../workload/workload.ts";
import { addDatabaseFlag, readConnection } from "./ship-flags.ts";
import { renderWatchEvent } from "./watch-view.ts";

interface Flags {
  database?: string;
  json: boolean;
  workload?: string[];
  once: boolean;
}

/** `interlock watch`: tell when a database's structure no longer fits the statements of an app version. */
export function watchCommand(): Command {
  const command = addDatabaseFlag(
    new Command("watch").description(
      "Tell when a database's structure no longer fits what app versions send, with what did it and who.",
    ),
  )
    .option("--workload <file...>", "the statements of each app version that is live")
    .option(
      "--once",
      "look once: exit code 1 where a statement does not prepare, 3 where one is not answered",
      false,
    )
    .addHelpText("after", help)
    .action(watch);
  return command.addCommand(enable());
}

const help = `
Statements are prepared and never executed. With Interlock's event triggers (interlock watch enable, or
interlock guard enable) it is told of changes at once and says who made them; without, it looks at the catalog
again and again. Ctrl-C ends it.

Example:
  interlock watch --workload workloads/payments@2.3.0.json --database postgres://owner@localhost/payments
`;

function enable(): Command {
  return addDatabaseFlag(
    new Command("enable").description(
      "Make the event triggers that log structural changes; they refuse nothing.",
    ),
  )
    .addHelpText(
      "after",
      "\n`interlock guard remove` removes them.\n\nExample:\n  interlock watch enable --database postgres://postgres@localhost/payments\n",
    )
    .action(async (_own: object, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const client = await connect(readConnection(flags));
      try {
        await enableWatch(client);
      } finally {
        await client.end();
      }
      process.stdout.write(
        flags.json ? '{"watch":"on"}\n' : "Structural changes are logged and told of from now on.\n",
      );
    });
}

async function watch(flags: Flags): Promise<void> {
  const connection = readConnection(flags);
  const workloads = await readWorkloads(flags.workload ?? []);
  if (flags.once) {
    const { events, isWhole } = await lookOnce(connection, workloads);
    for (const event of events) show(flags, event);
    const alarms = events.filter(({ type }) => type === "alarm").length;
    if (alarms > 0) process.exitCode = 1;
    else if (!isWhole) process.exitCode = 3;
    if (!flags.json) process.stdout.write(`${headline({ alarms, isWhole })}\n`);
    return;
  }
  // What is wrong with the address or the login is said at once; later the database is sought until it is back.
  await (await connect(connection)).end();
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  try {
    await watchDatabase({
      connection,
      versions: () => workloads,
      signal: stop.signal,
      on: (event) => show(flags, event),
    });
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

async function readWorkloads(paths: readonly string[]): Promise<Workload[]> {
  if (paths.length > 0) return Promise.all(paths.map(readWorkload));
  throw new Failure({
    code: "workload-missing",
    message: "There is nothing to watch for.",
    why: "No workload is given, and without one it is not known what an app version sends.",
    state: "Nothing was run.",
    next: "Add --workload FILE for each live app version; `interlock record` writes them.",
  });
}

function headline({ alarms, isWhole }: { alarms: number; isWhole: boolean }): string {
  if (alarms > 0)
    return `${String(alarms)} app version${alarms === 1 ? "" : "s"} would not work on this database.`;
  return isWhole
    ? "Every statement prepares on this database."
    : "Not every statement was answered, because of locks or rights: it is not known whether they work.";
}

function show({ json }: Flags, event: Parameters<typeof renderWatchEvent>[0]): void {
  process.stdout.write(json ? `${JSON.stringify(event)}\n` : renderWatchEvent(event));
}
