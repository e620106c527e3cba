import { ibanKeyOptions } from "./iban-key.ts";
import { Session } from "./session.ts";
import type { Statement } from "./statement.ts";

/** Sessions of one app version on the database. */
export interface Database {
  /** Runs a prepared statement on its own (autocommit) and returns its rows. */
  run<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Opens every session now, so that the first requests don't wait for it. Throws when the database can't be reached. */
  warmUp(): Promise<void>;
  /** Waits for what is in flight and closes every session. */
  close(): Promise<void>;
}

/** The database has more waiting for it than it can answer in time, or there is no session on it just now. */
export class DatabaseBusy extends Error {
  override name = "DatabaseBusy";
}

const mostInFlightPerSession = 64;
const longestWaitForSessionMs = 5_000;

/**
 * Opens a bounded set of sessions; each statement goes to the one with the fewest in flight. `application` is
 * sent as application_name, so that anyone who looks at the sessions sees which app version they belong to. No
 * statement may take longer than 5 s. Pipelines make about a fifth more payments on two cores than a pool of
 * exclusive sessions: fewer processes are woken for the same statements.
 */
export function openDatabase({
  url,
  application,
  connections = 8,
}: {
  url: string;
  application: string;
  connections?: number;
}): Database {
  let awaited = Promise.withResolvers<void>();
  const config = {
    connectionString: url,
    application_name: application,
    statement_timeout: 5_000,
    ...ibanKeyOptions(),
  };
  const sessions = Array.from({ length: connections }, () => new Session(config, () => wake()));
  const running = new Set<Promise<unknown>>();
  const wake = (): void => {
    awaited.resolve();
    awaited = Promise.withResolvers<void>();
  };
  const leastBusy = (): Session | undefined => {
    let least: Session | undefined;
    for (const session of sessions) {
      if (session.isReady && session.inFlight < (least?.inFlight ?? Infinity)) least = session;
    }
    return least;
  };
  const waitForSession = async (): Promise<Session> => {
    const timer = Promise.withResolvers<void>();
    const timeout = setTimeout(timer.resolve, longestWaitForSessionMs);
    await Promise.race([awaited.promise, timer.promise]);
    clearTimeout(timeout);
    const session = leastBusy();
    if (session === undefined) throw new DatabaseBusy("there is no session on the database");
    return session;
  };
  return {
    async run<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
      const session = leastBusy() ?? (await waitForSession());
      if (session.inFlight >= mostInFlightPerSession) {
        throw new DatabaseBusy("too many statements wait for a session");
      }
      const run = session.run<Row>(statement, values);
      running.add(run);
      try {
        return await run;
      } finally {
        running.delete(run);
      }
    },
    async warmUp() {
      await Promise.all(sessions.map(async (session) => session.open()));
    },
    async close() {
      await Promise.allSettled(running);
      await Promise.all(sessions.map(async (session) => session.close()));
    },
  };
}
