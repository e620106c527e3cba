import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A pgroll that is here. */
export interface PgrollProgram {
  program: string;
  version: string;
}

/** The program that PGROLL names, else the one on the PATH; undefined where there is none. */
export async function findPgroll(): Promise<PgrollProgram | undefined> {
  const named = process.env["PGROLL"];
  const candidates =
    named === undefined
      ? (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, "pgroll"))
      : [named];
  for (const program of candidates) {
    const runs = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return { program, version: await versionOf(program) };
  }
  return undefined;
}

/** A program that was built from a module says "development"; the toolchain reads which one it was. */
async function versionOf(program: string): Promise<string> {
  const built = await run("go", ["version", "-m", program]).then(
    ({ stdout }) => /^\s*(?:mod|dep)\s+github\.com\/xataio\/pgroll\s+(\S+)/m.exec(stdout)?.[1],
    () => undefined,
  );
  if (built !== undefined) return built;
  const { stdout } = await run(program, ["--version"]);
  return stdout.trim().replace(/^pgroll version /, "");
}
