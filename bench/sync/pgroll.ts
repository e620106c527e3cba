import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Begins a migration, so that the table is written in two ways. */
export async function startMigration(
  program: string,
  { url, operations }: { url: string; operations: readonly object[] },
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "il-pgroll-"));
  try {
    const path = join(directory, "01_change.json");
    await writeFile(path, JSON.stringify({ operations }));
    await run(program, ["init", "--postgres-url", url]);
    // It wants to know what is there already; the file that it writes of it is not needed.
    await run(program, ["baseline", "00_before", directory, "--yes", "--postgres-url", url]);
    await run(program, ["start", path, "--postgres-url", url]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
