import { Command, Option } from "commander";
import { Failure } from "../../std/failure.ts";
import { importWorkload, type Imported } from "../../workload/import/import-workload.ts";
import { importKinds, type ImportKind } from "../../workload/import/kinds.ts";
import { saveWorkload } from "../../workload/save.ts";
import { readAppVersion, workloadPath } from "../app-version.ts";
import { count } from "../../std/count.ts";

interface Flags {
  app: string;
  out?: string;
  kind?: ImportKind;
  samples: boolean;
  replace: boolean;
  database?: string;
  logDatabase?: string;
  logApplication?: string;
  json: boolean;
}

/** `interlock workload import`: write down statements from files of queries and from server logs. */
export function importCommand(): Command {
  return new Command("import")
    .description(
      "Write down statements from files of queries (sqlc, sqlx, -- name:) and from PostgreSQL's logs.",
    )
    .argument("<source...>", "files or folders")
    .requiredOption("--app <name@version>", "the app version that sends them, such as payments@2.3.0")
    .option("--out <file>", "the workload file (default: workloads/<name>@<version>.json)")
    .addOption(
      new Option("--kind <kind>", "what the sources are (default: they say it themselves)").choices(
        importKinds,
      ),
    )
    .option(
      "--database <url>",
      "a database of that schema: keeps its own words (enum values, checks) in statements of logs",
    )
    .option("--log-database <name>", "of a log, only statements on this database")
    .option("--log-application <name>", "of a log, only those of sessions with this application_name")
    .option("--samples", "keep up to 5 lists of values a statement; they can be personal data", false)
    .option("--replace", "overwrite the file; without it, what is new is added", false)
    .option("--json", "print a summary as one line of JSON on standard output", false)
    .addHelpText("after", help)
    .action(async (paths: string[], flags: Flags) => {
      const { app, version } = readAppVersion(flags.app);
      const imported = await importWorkload({
        paths,
        kind: flags.kind,
        samples: flags.samples,
        databaseUrl: flags.database,
        filter: { database: flags.logDatabase, application: flags.logApplication },
      });
      const { statements, ...rest } = imported;
      if (statements.length === 0) throw nothingImported(imported);
      const path = flags.out ?? workloadPath({ app, version });
      const workload = { format: "interlock-workload/1" as const, app, version, statements };
      const saved = await saveWorkload({ path, workload, replace: flags.replace });
      const summary = {
        format: "interlock-import/1",
        app,
        version,
        path,
        imported: statements.length,
        ...saved,
        ...rest,
      };
      if (flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      process.stderr.write(render(imported, { path, ...saved }));
    });
}

const help = `
Kinds: sql (-- name: lines, or every statement), code (what sqlc has generated), sqlc (sqlc.yaml and what it names),
sqlx (.sqlx), workload (another workload file), csvlog, jsonlog, log (stderr); logs may end in .gz.
Of a log, statements are needed: log_statement = all, or log_min_duration_statement = 0.

Examples:
  interlock workload import sqlc.yaml --app payments@2.3.0
  interlock workload import .sqlx --app payments@2.3.0
  interlock workload import /var/log/postgresql/*.csv --app payments@2.2.0 --log-database payments --log-application payments@2.2.0

Exit codes: 0 imported (what was not is listed); 2 a source can't be read, or nothing was imported.
`;

function render(
  { statements, sources, notImported, leftOut, notes }: Imported,
  { path, inFile, added }: { path: string; inFile: number; added: number },
): string {
  const lines = [
    `imported ${count(statements.length, "statement")} from ${count(sources.length, "file")}`,
    `  ${path}: ${count(inFile, "statement")}, ${String(added)} new`,
    ...leftOutLines({ notImported, leftOut }),
    ...notes.map((note) => `  note: ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}

function leftOutLines({ notImported, leftOut }: Pick<Imported, "notImported" | "leftOut">): string[] {
  return [
    ...notImported.map(({ source, what, why }) => `  not imported: ${source} ${what}: ${why}`),
    ...leftOut.map(({ what, count: times }) => `  left out ${times.toLocaleString("en")}: ${what}`),
  ];
}

function nothingImported(imported: Imported): Failure {
  const lines = leftOutLines(imported);
  return new Failure({
    code: "nothing-imported",
    message: `${imported.sources.map(({ path }) => path).join(", ")} ${imported.sources.length === 1 ? "holds" : "hold"} no statement that could be imported.`,
    why: lines.length === 0 ? "There is no statement in it." : lines.map((line) => line.trim()).join("\n"),
    state: "No file was written: an empty workload would let every change pass.",
    next: "A log needs log_statement = all or log_min_duration_statement = 0. For mappers without query files use interlock record.",
  });
}
