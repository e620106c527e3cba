import { mkdir, writeFile } from "node:fs/promises";
import { releases } from "../api/releases/all.ts";
import { apiStatements } from "../api/statements/all.ts";
import type { Statement } from "../database/statement.ts";
import { terminalStatements } from "../terminals/statements.ts";

// Writes what each app version sends to the database, for the change between the two releases. Every
// statement goes through one catalogue per process, so the catalogue is the whole workload.
const directory = new URL("../../changes/01-paid-refunded-to-status/workloads/", import.meta.url);
await mkdir(directory, { recursive: true });
for (const release of releases) await write("payments", release.version, apiStatements(release));
await write("terminals", "1.0.0", terminalStatements);

async function write(app: string, version: string, statements: Record<string, Statement>): Promise<void> {
  const workload = {
    format: "interlock-workload/1",
    app,
    version,
    statements: Object.values(statements)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, sql }) => ({ name, sql, prepared: true })),
  };
  await writeFile(new URL(`${app}@${version}.json`, directory), `${JSON.stringify(workload, null, 2)}\n`);
}
