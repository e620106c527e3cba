import { Command } from "commander";
import { Failure } from "../std/failure.ts";
import { record, type Recorded } from "../workload/record.ts";
import { readAppVersion, workloadPath } from "./app-version.ts";
import { count } from "../std/count.ts";

interface Flags {
  app: string;
  out?: string;
  samples: boolean;
  replace: boolean;
  database?: string;
  json: boolean;
}

/** `interlock record`: run a command and write down which statements it sends to its database. */
export function recordCommand(): Command {
  return new Command("record")
    .description("Run a command and write down the statements that it sends to its database.")
    .argument("<command...>", "the command, behind --")
    .requiredOption("--app <name@version>", "the app version that sends them, such as payments@2.3.0")
    .option("--out <file>", "the workload file (default: workloads/<name>@<version>.json)")
    .option("--samples", "keep up to 5 lists of values a statement; they can be personal data", false)
    .option("--replace", "overwrite the file; without it, what is new is added", false)
    .option("--database <url>", "the database the command is to use (default: DATABASE_URL)")
    .option("--json", "print a summary as one line of JSON on standard output", false)
    .addHelpText("after", help)
    .action(async (command: string[], flags: Flags) => {
      const recorded = await record(readFlags(command, flags));
      if (flags.json) process.stdout.write(`${JSON.stringify(summaryOf(recorded))}\n`);
      process.stderr.write(renderRecorded(recorded));
      refuseFailed(recorded, command);
    });
}

const help = `
The command finds a proxy on 127.0.0.1 in DATABASE_URL, PGHOST and PGPORT, in front of the database.
Any client in any language can go through it. Run it as often as you like: recordings add up.

Without --samples no bound values are kept, and constants in the SQL become parameters, except 0, 1, '',
words of the schema (enum values, checks, defaults), and what a statement with parameters always says.

Example:
  DATABASE_URL=postgres://app:secret@localhost/app_test interlock record --app payments@2.3.0 -- npm test

Exit codes: 0 recorded; 2 the command failed (what it sent is written all the same) or sent nothing.
`;

function readFlags(command: string[], flags: Flags): Parameters<typeof record>[0] {
  const { app, version } = readAppVersion(flags.app);
  const databaseUrl = flags.database ?? process.env["DATABASE_URL"] ?? "";
  if (databaseUrl === "") {
    throw new Failure({
      code: "no-database-url",
      message: "There is no database to record in front of.",
      why: "Neither --database nor the variable DATABASE_URL is given.",
      state: "Nothing was run.",
      next: "Add --database postgres://user:password@host:5432/database before the --.",
    });
  }
  const [program, ...words] = command;
  if (program === undefined) throw new Error("commander lets no empty command through");
  return {
    app,
    version,
    path: flags.out ?? workloadPath({ app, version }),
    replace: flags.replace,
    samples: flags.samples,
    databaseUrl,
    command: [program, ...words],
    environment: process.env,
  };
}

/** The recording in words, for standard error. */
function renderRecorded(recorded: Recorded): string {
  const { app, version, path, recorded: seen, connections, inFile, added, leftOut, unreadable } = recorded;
  const lines = [
    `recorded ${count(seen, "statement")} of ${app}@${version} from ${count(connections, "connection")}`,
    ...(recorded.written ? [`  ${path}: ${count(inFile, "statement")}, ${String(added)} new`] : []),
    ...leftOut.map(({ what, count: times }) => `  left out ${String(times)}: ${what}`),
  ];
  if (recorded.withoutConstants > 0) {
    lines.push(`  values taken out of the SQL of ${count(recorded.withoutConstants, "statement")}`);
  }
  if (recorded.unchecked > 0) {
    const why =
      recorded.checkFailure ??
      "what they name is not in the database any more, or PREPARE does not take them";
    lines.push(`  not prepared once more afterwards: ${count(recorded.unchecked, "statement")} (${why})`);
  }
  for (const [why, times] of countEqual(unreadable)) {
    lines.push(`  ${count(times, "connection")} served but not recorded to the end: ${why}`);
  }
  return `${lines.join("\n")}\n`;
}

function summaryOf({ child, ...recorded }: Recorded): object {
  return { format: "interlock-record/1", ...recorded, exitCode: child.exitCode };
}

function refuseFailed(recorded: Recorded, command: readonly string[]): void {
  const { child, path, written } = recorded;
  const state = written ? `What it sent until then is in ${path}.` : "No file was written.";
  if (child.exitCode !== 0) {
    throw new Failure({
      code: "command-failed",
      message: `${command.join(" ")} ended with ${child.signal ?? `exit code ${String(child.exitCode)}`}.`,
      why: "A command that fails may not have sent everything that its app version sends.",
      state,
      next: "Make it pass and record again: recordings add up, and --replace starts anew.",
    });
  }
  if (!written) {
    throw new Failure({
      code: "nothing-recorded",
      message: `${command.join(" ")} sent no statement that could be recorded.`,
      why:
        recorded.connections === 0
          ? "It opened no connection through the proxy: it may take its database from somewhere else than DATABASE_URL or PGHOST and PGPORT."
          : "What it sent was left out for the reasons above.",
      state: "No file was written: an empty workload would let every change pass.",
      next: "Lead the command to the database that DATABASE_URL names, and record again.",
    });
  }
}

function countEqual(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
