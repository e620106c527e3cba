import { wasCancelled } from "../database/sqlstate.ts";
import { endForSure } from "./end-for-sure.ts";
import type { Execution } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";
import { openBeside } from "./second-session.ts";

/** Runs a statement that may take long; when the signal is aborted the server is asked to cancel it. */
export async function cancellable<T>(
  execution: Execution,
  { state, run }: { state: ChangeState; run: () => Promise<T> },
): Promise<T> {
  const { session, signal } = execution;
  const { rows } = await session.client.query<{ pid: number }>("select pg_catalog.pg_backend_pid() as pid");
  const pid = rows[0]?.pid ?? 0;
  let asked: Promise<void> = Promise.resolve();
  const cancel = (): void => {
    // Where no session can be had to ask with, the statement comes to its end, and the signal is looked at then.
    asked = askToCancel(execution, pid).catch(() => undefined);
  };
  const stopped = (): boolean => signal?.aborted === true;
  if (stopped()) throw interrupted(meaningOf(state));
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    return await run();
  } catch (error) {
    if (stopped() && wasCancelled(error)) throw interrupted(meaningOf(state));
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    await asked;
  }
}

async function askToCancel({ session }: Execution, pid: number): Promise<void> {
  const client = await openBeside(session.connection);
  try {
    await client.query("select pg_catalog.pg_cancel_backend($1::integer)", [pid]);
  } finally {
    await endForSure(client);
  }
}
