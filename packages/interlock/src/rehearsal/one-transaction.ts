import { DatabaseError, type Client } from "pg";
import { MigrationFailure } from "../migration/apply.ts";
import type { Migration } from "../migration/migration.ts";
import type { Baseline } from "./baseline.ts";

/** "unsafe use of new value": an enum's new value can't be used before its transaction has ended. */
const unsafeUse = "55P04";

/**
 * Some tools run everything that is pending in one transaction. What a file by itself may do, another one behind it
 * may not then: use a value that the first adds to an enum. That is tried on a copy of its own, where it can matter.
 *
 * Throws `MigrationFailure`.
 */
export async function tryInOneTransaction(
  baseline: Baseline,
  migrations: readonly Migration[],
): Promise<void> {
  const shared = migrations.filter(({ sharesTransaction }) => sharesTransaction === true);
  if (shared.length < 2 || !shared.some(({ text }) => /\badd\s+value\b/i.test(text))) return;
  const { sandbox } = baseline;
  const database = await sandbox.createDatabase(baseline.database);
  try {
    const client = await sandbox.migrator(database);
    try {
      await run(client, shared);
    } finally {
      await client.end();
    }
  } finally {
    await sandbox.dropDatabase(database);
  }
}

async function run(client: Client, migrations: readonly Migration[]): Promise<void> {
  await client.query("begin");
  for (const { path, statements } of migrations) {
    for (const { sql, line } of statements) {
      try {
        await client.query(sql);
      } catch (error) {
        // Everything else shows when the files are rehearsed one after the other.
        if (!(error instanceof DatabaseError) || error.code !== unsafeUse) return;
        throw refused(error, { path, line, sql });
      }
    }
  }
}

function refused(error: DatabaseError, place: { path: string; line: number; sql: string }): MigrationFailure {
  return new MigrationFailure(
    {
      code: "migration-does-not-apply",
      message: `${place.path}:${String(place.line)}: ${unsafeUse} ${error.message}`,
      why: place.sql.split("\n")[0] ?? "",
      state: "It was run on a throwaway database only; nothing else was changed.",
      next: "The tool runs all pending migrations in one transaction: deploy the one that adds the value first, by itself.",
      cause: error,
    },
    place,
  );
}
