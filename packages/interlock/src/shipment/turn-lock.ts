import type { ClientConfig } from "pg";
import { connect } from "../database/connect.ts";
import { Failure } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";

/** One turn at a time in a database. */
export interface TurnLock {
  /** Aborted when the session that holds it is gone. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

const lockSql =
  "select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('interlock shipment turn', 0)) as taken";

/**
 * Takes the lock that a turn holds in its database from before it looks whether the shipment is still its own until
 * its end. So a turn that was overtaken, by a rollback say, either ends before the next one looks at the journal, or
 * comes after it and finds that it has no business here any more. Null when it was not had in `waitMs` or the signal
 * was aborted; throws what `connect` throws.
 */
export async function takeTurnLock(
  connection: ClientConfig,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<TurnLock | null> {
  const client = await connect(connection);
  const lost = new AbortController();
  client.on("error", () => {
    lost.abort();
  });
  client.on("end", () => {
    lost.abort();
  });
  const until = Date.now() + waitMs;
  try {
    // A machine that is gone says nothing: after half a minute its lock is to be free.
    await client.query(
      "select set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '4', false)",
    );
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>(lockSql);
      if (rows[0]?.taken === true) return { lost: lost.signal, release: () => client.end() };
      if (signal.aborted || Date.now() >= until) break;
      await sleep(100);
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  await client.end();
  return null;
}

/** For a turn that did not get the lock. */
export function turnNotHad(): Failure {
  return new Failure({
    code: "already-shipping",
    message: "Another turn of a shipment is at work in this database.",
    why: "A server that died may have left its session; the database notices that within half a minute.",
    state: "This turn changed nothing.",
    next: "Try again: `interlock resume`.",
  });
}
