import { connectAcquirer } from "../acquirer/client.ts";
import type { Context } from "../api/context.ts";
import { findRelease } from "../api/releases/all.ts";
import { apiStatements } from "../api/statements/all.ts";
import { openDatabase } from "../database/database.ts";
import type { Platform } from "./platform.ts";

export interface OpenContext {
  context: Context;
  close(): Promise<void>;
}

/** What the api of a platform works with, in the process of the test: for what can't be seen from outside. */
export async function openContext(platform: Platform, version: string): Promise<OpenContext> {
  const release = findRelease(version);
  const database = openDatabase({ url: platform.databaseUrl, application: "test", connections: 2 });
  const acquirer = connectAcquirer({ url: platform.acquirer.url, timeoutMs: 5_000 });
  await database.warmUp();
  return {
    context: { database, acquirer, release, statements: apiStatements(release), publicUrl: platform.api.url },
    async close() {
      await database.close();
      await acquirer.close();
    },
  };
}
