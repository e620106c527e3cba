import type { Client } from "pg";
import { sessionIsGone } from "../database/sqlstate.ts";

/** Runs statements outside a transaction without a limit on their time, and with one on waiting for a lock. */
export async function unlimited<T>(
  client: Client,
  { lockTimeoutMs }: { lockTimeoutMs: number },
  run: () => Promise<T>,
): Promise<T> {
  const { rows } = await client.query<{ statement: string; lock: string }>(
    "select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock",
  );
  const set = (statement: string, lock: string): Promise<unknown> =>
    client.query(
      "select set_config('statement_timeout', $1::text, false), set_config('lock_timeout', $2::text, false)",
      [statement, lock],
    );
  await set("0", `${String(lockTimeoutMs)}ms`);
  const before = rows[0] ?? { statement: "60s", lock: "250ms" };
  try {
    const value = await run();
    await set(before.statement, before.lock);
    return value;
  } catch (error) {
    // A session that is gone has no settings to put back.
    if (!sessionIsGone(error)) await set(before.statement, before.lock);
    throw error;
  }
}
