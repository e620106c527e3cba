import { Command } from "commander";
import { runningLines } from "../../rehearsal/report/running.ts";
import { Failure } from "../../std/failure.ts";
import { readRunningFrom, type Running } from "../../workload/running/read-running.ts";
import { saveWorkload } from "../../workload/save.ts";
import { readAppVersion, workloadPath } from "../app-version.ts";

interface Flags {
  database: string;
  app?: string;
  out?: string;
  replace: boolean;
  json: boolean;
  verbose: boolean;
}

/** `interlock workload read`: write down what runs on a database, from pg_stat_statements. */
export function readCommand(): Command {
  return new Command("read")
    .description(
      "Write down the statements that a running database counts in pg_stat_statements. It is only read.",
    )
    .requiredOption("--database <url>", "the running database; rights of pg_monitor are enough")
    .option("--app <name@version>", "the app version that sends them (default: running@<database>)")
    .option("--out <file>", "the workload file (default: workloads/<name>@<version>.json)")
    .option("--replace", "overwrite the file; without it, what is new is added", false)
    .option("--json", "print a summary as one line of JSON on standard output", false)
    .option("--verbose", "list everything that was left out", false)
    .addHelpText("after", help)
    .action(async (flags: Flags) => {
      const running = await readRunningFrom(
        flags.database,
        flags.app === undefined ? {} : { app: readAppVersion(flags.app) },
      );
      const { workload, ...rest } = running;
      if (workload.statements.length === 0) throw nothingRuns(running);
      const path = flags.out ?? workloadPath(workload);
      const { inFile, added } = await saveWorkload({ path, workload, replace: flags.replace });
      const summary = { format: "interlock-workload-read/1", path, statements: inFile, added, ...rest };
      if (flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      process.stderr.write(render(running, { path, inFile, added, verbose: flags.verbose }));
    });
}

const help = `
The session is read only and bounded. Statements are prepared there, so that placeholders get the types of the
constants that pg_stat_statements has taken out, and never executed.

Example:
  interlock workload read --database postgres://monitor@db.example.com/payments --app payments@2.2.0

Exit codes: 0 written; 2 pg_stat_statements can't be read or counts nothing that an application sends.
`;

function render(
  running: Running,
  { path, inFile, added, verbose }: { path: string; inFile: number; added: number; verbose: boolean },
): string {
  const { workload, missing, ...rest } = running;
  const { app, version, statements } = workload;
  const lines = runningLines(
    {
      running: { app: `${app}@${version}`, missing, ...rest },
      workloads: [{ app, version, statements: statements.length }],
    },
    { verbose },
  );
  return [
    ...lines,
    ...missing.map((what) => `missing: ${what}`),
    `${path}: ${String(inFile)} statement${inFile === 1 ? "" : "s"}, ${String(added)} new`,
  ]
    .map((line, index) => `${index === 0 ? "" : "  "}${line}\n`)
    .join("");
}

function nothingRuns({ database, entries, missing }: Running): Failure {
  return new Failure({
    code: "nothing-runs",
    message: `pg_stat_statements of ${database} counts no statement that an application sends.`,
    why:
      missing[0] ??
      `Of its ${String(entries)} entries for this database all are session settings, transaction control and the like.`,
    state: "No file was written: an empty workload would let every change pass.",
    next: "Read it where the application runs, after it has run for a while.",
  });
}
