import type { Client } from "pg";
import { sessionIsGone, sqlstateOf } from "../database/sqlstate.ts";
import { Failure, messageOf } from "../std/failure.ts";
import type { Execution } from "./execution.ts";
import { ExecutorSession } from "./executor-session.ts";
import { migrateJournal } from "./journal-schema.ts";
import { journalRefused } from "./step-failure.ts";
import { settingsOf, type ExecutorOptions } from "./settings.ts";
import { wentAway } from "./went-away.ts";

interface Work<T> {
  /** Looks at a database that may have no journal yet, and throws where nothing is to be begun in it: nor a journal. */
  before: (client: Client) => Promise<void>;
  work: (execution: Execution) => Promise<T>;
}

/** Opens the executor's session on a database with a journal, does the work and closes the session. */
export async function withExecutor<T>(options: ExecutorOptions, { before, work }: Work<T>): Promise<T> {
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
    stalledAfterMs: settings.stalledAfterMs,
  }).catch((error: unknown) => {
    throw explained(error);
  });
  try {
    await before(session.client);
    await migrateJournal(session.client).catch((error: unknown) => {
      throw sqlstateOf(error) === undefined || sessionIsGone(error) ? error : journalNotMade(error);
    });
    return await work({ session, settings, emit, signal });
  } catch (error) {
    throw explained(error);
  } finally {
    await session.close();
  }
}

/** What PostgreSQL refused before the first step or between two of them, in words. */
function explained(error: unknown): unknown {
  if (sessionIsGone(error))
    return wentAway({ why: messageOf(error), state: "The journal says how far the change is." });
  return sqlstateOf(error) === undefined ? error : journalRefused(error, undefined);
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
