import { sqlstateOf } from "../database/sqlstate.ts";
import { Failure, messageOf } from "../std/failure.ts";
import type { Execution } from "./execution.ts";
import { ExecutorSession } from "./executor-session.ts";
import { migrateJournal } from "./journal-schema.ts";
import { settingsOf, type ExecutorOptions } from "./settings.ts";

/** Opens the executor's session on a database with a journal, does the work and closes the session. */
export async function withExecutor<T>(
  options: ExecutorOptions,
  work: (execution: Execution) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(options);
  const { signal } = options;
  const emit = options.on ?? ((): void => undefined);
  const { connection } = options;
  const session = await ExecutorSession.open({
    connection,
    signal,
    emit,
    lockBudgetMs: settings.lockBudgetMs,
    reconnectForMs: settings.reconnectForMs,
  });
  try {
    await migrateJournal(session.client).catch((error: unknown) => {
      throw sqlstateOf(error) === undefined ? error : journalNotMade(error);
    });
    return await work({ session, settings, emit, signal });
  } finally {
    await session.close();
  }
}

function journalNotMade(error: unknown): Failure {
  const forbidden = sqlstateOf(error) === "42501";
  return new Failure({
    code: forbidden ? "permission-denied" : "journal-not-made",
    message: "The journal, schema interlock, can't be made or used in this database.",
    why: `${sqlstateOf(error) ?? ""}: ${messageOf(error)}`,
    state: "Nothing was changed.",
    next: forbidden
      ? "Use the role that owns the database, or have its owner run: create schema interlock authorization <this role>"
      : "See that a schema named interlock in this database is Interlock's own.",
    cause: error,
  });
}
