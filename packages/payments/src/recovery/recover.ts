import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../database/database.ts";
import type { Statement } from "../database/statement.ts";
import { reportSparingly } from "../platform/report.ts";
import { settleAll } from "./settle-all.ts";
import type { PendingOperation } from "./statements.ts";

export interface RecoveryOptions {
  database: Database;
  listPending: Statement;
  kinds: readonly PendingOperation["kind"][];
  /** Younger operations are left to the request that started them, in seconds. */
  olderThanSeconds: number;
  /** Asks what became of the operation and writes it down. False when that is still unknown. */
  settle(operation: PendingOperation): Promise<boolean>;
}

const mostPerRun = 200;

/**
 * Looks for operations whose outcome nobody wrote down (a lost answer, a killed process) and settles each by
 * inquiry. Several may run at once: settling is a conditional update, and only the first one counts. Returns how
 * many were settled.
 */
export async function recoverPending(options: RecoveryOptions & { signal: AbortSignal }): Promise<number> {
  const { database, listPending, kinds, olderThanSeconds, settle, signal } = options;
  const pending = await database.run<PendingOperation>(listPending, [kinds, olderThanSeconds, mostPerRun]);
  return settleAll(pending, { settle, signal });
}

/** Recovers again and again, for a process without jobs. Returns a function that ends it. */
export function startRecovery(options: RecoveryOptions & { everyMs: number }): () => Promise<void> {
  const stop = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await recoverPending({ ...options, signal: stop.signal });
      } catch (error) {
        reportSparingly("recovery", { event: "recovery-failed", message: String(error) });
      }
      await sleep(options.everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return async () => {
    stop.abort();
    await running;
  };
}
