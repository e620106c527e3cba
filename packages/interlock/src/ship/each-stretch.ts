import type { Client } from "pg";
import { wasCancelled } from "../database/sqlstate.ts";
import { BatchSize } from "./batch-size.ts";
import type { Execution } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";

/**
 * A look holds no lock that anybody waits for, but its snapshot keeps vacuum from clearing what dies meanwhile:
 * this is how long one is steered to last, and how long it may.
 */
const steeredToMs = 250;
const mostMs = 5_000;

/**
 * Looks at the blocks of a table a stretch at a time, each in a transaction of its own that reads only, until `looked`,
 * which is told what a look found after its transaction, answers true. Returns whether it did.
 */
export async function forEachStretch<T>(
  { session: { client }, signal }: Execution,
  {
    state,
    from,
    blocks,
    look,
    looked,
  }: {
    state: ChangeState;
    from: number;
    blocks: number;
    look: (client: Client, stretch: { from: number; to: number }) => Promise<T>;
    looked: (found: T) => Promise<boolean> | boolean;
  },
): Promise<boolean> {
  const size = new BatchSize({ first: 256, least: 1, most: 131_072 });
  const stopped = (): boolean => signal?.aborted === true;
  let at = from;
  while (at < blocks) {
    if (stopped()) throw interrupted(meaningOf(state));
    const startedAt = performance.now();
    const stretch = { from: at, to: Math.min(blocks, at + size.value) };
    let found: T;
    try {
      // A single block may take its time.
      found = await briefly(client, size.isOne ? 0 : mostMs, () => look(client, stretch));
    } catch (error) {
      if (!wasCancelled(error) || size.isOne || stopped()) throw error;
      size.halve();
      continue;
    }
    size.steer({ elapsedMs: performance.now() - startedAt, targetMs: steeredToMs });
    at = stretch.to;
    if (await looked(found)) return true;
  }
  return false;
}

/** Runs a look in a transaction of its own that reads only and has a limit of its own. */
async function briefly<T>(client: Client, limitMs: number, look: () => Promise<T>): Promise<T> {
  await client.query(
    `begin read only; set local statement_timeout = ${String(limitMs)}; set local jit = off; set local enable_tidscan = on; set local enable_seqscan = off`,
  );
  try {
    const value = await look();
    await client.query("commit");
    return value;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}
