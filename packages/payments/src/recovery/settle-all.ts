import { report, reportSparingly } from "../platform/report.ts";
import type { PendingOperation } from "./statements.ts";

const mostAtOnce = 4;

/**
 * Settles operations, a few at a time. One that can't be settled is reported and doesn't keep the others. Stops
 * between two when `signal` is aborted. Returns how many were settled.
 */
export async function settleAll<Operation extends PendingOperation>(
  operations: readonly Operation[],
  { settle, signal }: { settle: (operation: Operation) => Promise<boolean>; signal: AbortSignal },
): Promise<number> {
  const left = [...operations];
  let settled = 0;
  const takeTurns = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && !signal.aborted; next = left.shift()) {
      if (await settleOne(next, settle)) settled += 1;
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, takeTurns));
  return settled;
}

async function settleOne<Operation extends PendingOperation>(
  operation: Operation,
  settle: (operation: Operation) => Promise<boolean>,
): Promise<boolean> {
  const { kind, reference } = operation;
  try {
    if (!(await settle(operation))) return false;
    report({ event: "recovered", kind, reference });
    return true;
  } catch (error) {
    reportSparingly(`recovery of a ${kind}`, {
      event: "recovery-failed",
      kind,
      reference,
      message: String(error),
    });
    return false;
  }
}
