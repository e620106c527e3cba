import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rollbackChange } from "../../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../../packages/interlock/src/ship/ship-change.ts";
import { withClient, type ClientConfig } from "./connections.ts";
import { fingerprint } from "./fingerprint.ts";
import { watchMessages } from "./kill-at.ts";
import type { CrashChange } from "./plans.ts";

/** Databases to be killed in: a shadow's, or those of a server that is killed itself. */
export interface Databases {
  createDatabase(options?: { template?: string }): Promise<string>;
  dropDatabase(database: string): Promise<void>;
  connection(database: string): ClientConfig;
}

/** What a change leaves that nobody kills, with the writes of the old version meanwhile and without. */
export interface Reference {
  change: CrashChange;
  template: string;
  /** Where a process of its own finds the plan. */
  planFile: string;
  ends: Record<"done" | "rolled-back", { plain: string; written: string }>;
  /** How many messages the executor sends. */
  messages: { ship: number; rollback: number };
  drop(): Promise<void>;
}

export async function makeReference(databases: Databases, change: CrashChange): Promise<Reference> {
  const template = await databases.createDatabase();
  await withClient(databases.connection(template), change.create);
  const directory = await mkdtemp(join(tmpdir(), "il-"));
  const planFile = join(directory, "plan.json");
  await writeFile(planFile, JSON.stringify(change.plan));
  const counts = { ship: 0, rollback: 0 };
  const end = async ({ back, written }: { back: boolean; written: boolean }): Promise<string> => {
    const database = await databases.createDatabase({ template });
    const connection = databases.connection(database);
    if (written) await withClient(connection, (client) => client.query(change.writes));
    const options = { connection, backfill: { batchMs: 8 } };
    const messagesOfShip = watchMessages(undefined, () => undefined);
    await shipChange({ ...options, plan: change.plan, to: back ? "migrate" : "contract" });
    const sent = messagesOfShip();
    if (back) {
      const messagesOfRollback = watchMessages(undefined, () => undefined);
      await rollbackChange({ ...options, acceptLoss: true });
      counts.rollback = messagesOfRollback();
    } else counts.ship = sent;
    const left = await fingerprint(connection);
    await databases.dropDatabase(database);
    return left;
  };
  const both = async (back: boolean): Promise<{ plain: string; written: string }> => ({
    plain: await end({ back, written: false }),
    written: await end({ back, written: true }),
  });
  const ends = { done: await both(false), "rolled-back": await both(true) };
  const before = await fingerprint(databases.connection(template));
  // What a rollback leaves is what was there before; a column that a rollback leaves behind would show here.
  if (before !== ends["rolled-back"].plain)
    throw new Error(`a rollback of ${change.name} leaves something behind`);
  return {
    change,
    template,
    planFile,
    ends,
    messages: counts,
    async drop() {
      await databases.dropDatabase(template);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
