import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { change } from "./change.ts";

/**
 * Runs the structural half of the change past Interlock, as a person with psql would. Returns how long it took in
 * milliseconds; throws pg's DatabaseError where PostgreSQL refuses it.
 */
export async function applyDirectly(databaseUrl: string): Promise<number> {
  const sql = await readFile(change.migration, "utf8");
  const client = new Client({ connectionString: databaseUrl, application_name: "psql" });
  await client.connect();
  try {
    const started = performance.now();
    await client.query(sql);
    return performance.now() - started;
  } finally {
    await client.end();
  }
}
