import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../database/database.ts";
import type { Statement } from "../database/statement.ts";
import { report, reportSparingly } from "../platform/report.ts";
import type { PendingOperation } from "./statements.ts";

export interface RecoveryOptions {
  database: Database;
  listPending: Statement;
  kinds: readonly PendingOperation["kind"][];
  /** Younger operations are left to the request that started them, in seconds. */
  olderThanSeconds: number;
  everyMs: number;
  /** Asks what became of the operation and writes it down. False when that is still unknown. */
  settle(operation: PendingOperation): Promise<boolean>;
}

const mostAtOnce = 50;

/**
 * Looks for operations whose outcome nobody wrote down (a lost answer, a killed process) and settles each
 * by inquiry. Several may run at once: settling is a conditional update, and only the first one counts.
 * Returns a function that ends it.
 */
export function startRecovery(options: RecoveryOptions): () => Promise<void> {
  const stop = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await recoverOnce(options);
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

async function recoverOnce(options: RecoveryOptions): Promise<void> {
  const { database, listPending, kinds, olderThanSeconds } = options;
  const pending = await database.run<PendingOperation>(listPending, [kinds, olderThanSeconds, mostAtOnce]);
  for (const operation of pending) {
    if (await options.settle(operation)) {
      report({ event: "recovered", kind: operation.kind, reference: operation.reference });
    }
  }
}
