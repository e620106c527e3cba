import type { AuditEntry } from "../../../control/append-to-audit-log.ts";
import type { NewEvent } from "../../../control/append-events.ts";
import type { Transaction } from "../../../control/control.ts";
import { Failure } from "../../../std/failure.ts";

/**
 * Does something whole or not at all, inside a transaction that goes on either way. Gives back why it could not be
 * done; rejects with anything that is no `Failure`.
 */
export async function attempt(
  { query, audit, emit }: Transaction,
  work: (inner: Transaction) => Promise<void>,
): Promise<Failure | undefined> {
  const entries: AuditEntry[] = [];
  const events: NewEvent[] = [];
  await query("savepoint attempt");
  try {
    await work({
      query,
      audit: (entry) => void entries.push(entry),
      emit: (event) => void events.push(event),
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await query("rollback to savepoint attempt");
    return error;
  }
  await query("release savepoint attempt");
  entries.forEach(audit);
  events.forEach(emit);
  return undefined;
}
