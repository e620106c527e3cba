import { execFile } from "node:child_process";
import { access, constants, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Client } from "pg";
import { operations } from "./change.ts";
import { countWrong, sizeOf, type Fill } from "./interlock-fill.ts";
import type { Site } from "./site.ts";

const run = promisify(execFile);

export interface Pgroll {
  program: string;
  version: string;
}

/** The program that PGROLL names, else the one on the PATH; undefined where there is none. */
export async function findPgroll(): Promise<Pgroll | undefined> {
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

/** `pgroll start`, which makes the column, its triggers and its view, and fills it. */
export async function fillWithPgroll(
  site: Site,
  { pgroll, database, client }: { pgroll: Pgroll; database: string; client: Client },
): Promise<Pick<Fill, "wholeMs" | "growth" | "wrong">> {
  const before = await sizeOf(client);
  const url = ["--postgres-url", site.url(database)];
  const file = join(site.directory, "0002_amount.json");
  await writeFile(file, JSON.stringify(operations));
  await run(pgroll.program, ["init", ...url]);
  await run(pgroll.program, ["baseline", "0001_payments", site.directory, "--yes", ...url]);
  const startedAt = performance.now();
  await run(pgroll.program, ["start", file, ...url]);
  const wholeMs = performance.now() - startedAt;
  return {
    wholeMs,
    growth: (await sizeOf(client)) / before,
    wrong: await countWrong(client, "_pgroll_new_amount"),
  };
}
