import type { Client } from "pg";
import { wasTimedOut } from "../database/sqlstate.ts";
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
 * A look may have to read all of another table, whatever it looks at, and smaller stretches would only have it read
 * more often: below 8 MB a look is given more time instead.
 */
const leastBlocks = 1_024;
/** PostgreSQL's own limit of a time limit: 24 days. */
const longestMs = 2_147_483_647;

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
  const size = new BatchSize({ first: leastBlocks, least: leastBlocks, most: 131_072 });
  let limitMs = mostMs;
  const stopped = (): boolean => signal?.aborted === true;
  let at = from;
  while (at < blocks) {
    if (stopped()) throw interrupted(meaningOf(state));
    const startedAt = performance.now();
    const stretch = { from: at, to: Math.min(blocks, at + size.value) };
    let found: T;
    try {
      found = await briefly(client, limitMs, () => look(client, stretch));
    } catch (error) {
      const elapsedMs = performance.now() - startedAt;
      if (!wasTimedOut(error, { elapsedMs, limitMs }) || stopped()) throw error;
      if (size.value > leastBlocks) size.halve();
      else limitMs = Math.min(limitMs * 2, longestMs);
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
    `begin read only; set local statement_timeout = ${String(limitMs)}; set local jit = off; set local enable_tidscan = on`,
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
