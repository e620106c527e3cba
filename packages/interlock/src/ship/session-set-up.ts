import type { Client } from "pg";
import { sqlstateOf } from "../database/sqlstate.ts";

/** Settings that every server has and every role may make. */
const settings: Readonly<Record<string, string>> = {
  // A role's or database's own defaults must not change what the steps mean.
  default_transaction_isolation: "read committed",
  default_transaction_read_only: "off",
  // An error rather than rows that are left out without a word.
  row_security: "off",
  // Keys travel as text, and back.
  datestyle: "iso, ymd",
  intervalstyle: "postgres",
  extra_float_digits: "1",
  bytea_output: "hex",
  statement_timeout: "60s",
  idle_in_transaction_session_timeout: "10s",
};

/** Settings that older servers, other systems or lesser roles may refuse; the work is right without them. */
const ifPossible: Readonly<Record<string, string>> = {
  // The server sees within a second that the executor was killed, and lets go of its lock.
  client_connection_check_interval: "1s",
  // And within half a minute that its machine or the network is gone, which closes no connection.
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
  tcp_user_timeout: "25s",
  // Limits that a role or database may carry, on what is meant to take its time.
  idle_session_timeout: "0",
  transaction_timeout: "0",
};

/** Sets a session up for carrying out steps. */
export async function setUpSession(
  client: Client,
  { lockBudgetMs }: { lockBudgetMs: number },
): Promise<void> {
  for (const [name, value] of Object.entries({ ...settings, lock_timeout: `${String(lockBudgetMs)}ms` })) {
    await set(client, name, value);
  }
  // An autovacuum that stands in the way is cancelled only by one who waited for deadlock_timeout, by default
  // longer than a step waits for a lock at all.
  const deadlockTimeoutMs = Math.max(1, Math.round(lockWaitShareMs(lockBudgetMs) / 2));
  for (const [name, value] of Object.entries({
    ...ifPossible,
    deadlock_timeout: `${String(deadlockTimeoutMs)}ms`,
  })) {
    await set(client, name, value).catch((error: unknown) => {
      if (!["42501", "42704", "22023", "55P02"].includes(sqlstateOf(error) ?? "")) throw error;
    });
  }
}

/** The part of the lock budget that goes into waiting for the locks; the rest is for holding them. */
export function lockWaitShareMs(lockBudgetMs: number): number {
  return Math.max(1, Math.round(lockBudgetMs * 0.6));
}

async function set(client: Client, name: string, value: string): Promise<void> {
  await client.query("select pg_catalog.set_config($1::text, $2::text, false)", [name, value]);
}
