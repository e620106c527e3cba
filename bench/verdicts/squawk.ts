import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What the linter says of one file. */
export interface Linted {
  /** Names of the rules that it breaks, without those that only say that a time limit is missing. */
  rules: ReadonlySet<string>;
}

export interface Linter {
  version: string;
  /** By the path that was given. */
  files: ReadonlyMap<string, Linted>;
}

/** The rules that are about clients which break, and not about locks, types or style. */
export const clientRules: ReadonlySet<string> = new Set([
  "adding-required-field",
  "ban-drop-column",
  "ban-drop-table",
  "changing-column-type",
  "renaming-column",
  "renaming-table",
]);

/** Runs squawk over files, all in one go; undefined where it is not installed, or has no program for this platform. */
export async function lint(paths: readonly string[]): Promise<Linter | undefined> {
  const program = findProgram();
  if (program === undefined) return undefined;
  const version = await run(program, ["--version"]);
  if (version === undefined) return undefined;
  const said = await run(program, ["--reporter", "json", ...paths]);
  if (said === undefined) return undefined;
  const violations = JSON.parse(said) as { file: string; rule_name: string }[];
  const byFile = Map.groupBy(violations, ({ file }) => file);
  return {
    version: version.trim().replace(/^squawk /, ""),
    files: new Map(
      paths.map((path) => [path, { rules: new Set((byFile.get(path) ?? []).map((one) => one.rule_name)) }]),
    ),
  };
}

function findProgram(): string | undefined {
  try {
    // Its own package asks for programs of platforms that are not always to be had: this is the one of most benches.
    const home = createRequire(import.meta.url).resolve("@squawk-cli/linux-x64/package.json");
    return join(dirname(home), "bin", "squawk");
  } catch {
    return undefined;
  }
}

/** What it prints; it ends with 1 where it finds something. Undefined where it can't be run. */
function run(program: string, options: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, options, { maxBuffer: 64 * 1_024 * 1_024 }, (error, stdout) => {
      resolve(error !== null && stdout === "" ? undefined : stdout);
    });
  });
}
