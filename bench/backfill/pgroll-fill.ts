import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PgrollProgram } from "../find-pgroll.ts";
import { operations } from "./change.ts";
import { countWrong, type Fill } from "./interlock-fill.ts";
import { sizeOf, type Copy, type Site } from "./site.ts";

const run = promisify(execFile);

/** `pgroll start`, which makes the column, its triggers and its view, and fills it. */
export async function fillWithPgroll(
  site: Site,
  { pgroll, copy: { database, client, bytes } }: { pgroll: PgrollProgram; copy: Copy },
): Promise<Pick<Fill, "wholeMs" | "growth" | "wrong">> {
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
    growth: (await sizeOf(client)) / bytes,
    wrong: await countWrong(client, "_pgroll_new_amount"),
  };
}
