import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databaseUrl } from "../database/database-url.ts";
import { exercisePayments } from "../exercise/exercise-payments.ts";
import type { Structures } from "../record/structures.ts";
import type { Change } from "./changes.ts";

export type Order = "any" | "schema-first" | "app-first" | "split";

/**
 * In which order the two halves of a change can be deployed, found out the hard way: the older release does
 * everything it can on the new structure, and the newer one on the old structure. What neither of them notices by
 * itself (a counter that is not kept) does not show.
 */
export async function findOrder(change: Change, structures: Structures): Promise<Order> {
  const schemaFirst = await works({ version: change.from, structure: change.to, structures });
  const appFirst = await works({ version: change.to, structure: change.from, structures });
  if (schemaFirst) return appFirst ? "any" : "schema-first";
  return appFirst ? "app-first" : "split";
}

async function works(pair: { version: string; structure: string; structures: Structures }): Promise<boolean> {
  const { connection, access } = await pair.structures.create(pair.structure);
  const directory = await mkdtemp(join(tmpdir(), "payments-order-"));
  try {
    const journal = join(directory, "journal.sqlite");
    await exercisePayments({
      version: pair.version,
      journal,
      access,
      databaseUrl: databaseUrl(connection),
    });
    return true;
  } catch {
    // How it fails is not the question here, and with the wrong structure it does so in many ways.
    return false;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
