import type { Client } from "pg";
import { describeStructure, type CatalogDescription } from "../catalog/describe.ts";
import type { Observation, Observer } from "../environment/observer.ts";

/** How long describing a large schema may take, in milliseconds; it is done once for each state of it. */
const timeoutMs = 10_000;

/**
 * The structure of a target as it was observed; undefined where it can't be read now. Read once for as long as it stays
 * the same.
 */
export async function readStructure(
  observer: Observer,
  { environment, observation }: { environment: string; observation: Observation },
): Promise<CatalogDescription | undefined> {
  if (observation.look === null || observation.problem !== null) return undefined;
  try {
    return await observer.ofStructure({ environment, observation }, "structure", read);
  } catch {
    // A lock, a limit or a lost session: nothing is known, and the next question tries again.
    return undefined;
  }
}

async function read(client: Client): Promise<CatalogDescription> {
  await client.query(
    `begin isolation level repeatable read read only; set local statement_timeout = ${String(timeoutMs)}; set local lock_timeout = 500`,
  );
  try {
    return await describeStructure(client);
  } finally {
    await client.query("rollback");
  }
}
