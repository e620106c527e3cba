import type { Sandbox } from "./sandbox.ts";
import { endsSession } from "./problem.ts";
import { ownLocks, parseLocks, type Lock } from "./waiting/lock.ts";
import type { Reply, WireSession } from "./wire-session.ts";

/** Something to run and take back. */
export interface Trial {
  /** Undefined for a statement that was prepared in this session under `name`. */
  sql: string;
  name?: string;
  values: readonly (string | null)[];
  /** The lines of a COPY FROM STDIN. */
  copyData?: string;
  /** Statements to run right before it, whose failure does not matter; they are taken back with it. */
  prepare?: readonly string[];
  /** Values to execute it with again, one after the other, before all of it is taken back. */
  again?: readonly (readonly (string | null)[])[];
}

export interface TrialOptions {
  /** Statements to run first, whose failure does not matter; they are taken back as well. */
  before?: readonly string[];
  /** Whether to say which locks each of them took. */
  locks?: boolean;
  /** How long each may wait for a lock; by default as long as the session says. */
  lockTimeoutMs?: number;
}

export interface TrialReply extends Reply {
  /** What it held at its end, where that was asked for and it went through. */
  locks?: readonly Lock[];
}

/** A session that statements are tried in: each in a savepoint, and nothing stays. */
export class TrialSession {
  readonly #sandbox: Sandbox;
  readonly #database: string;
  readonly #searchPath: string | undefined;
  #session: WireSession;
  /** The session in which `ownLocks` is prepared. */
  #locksIn: WireSession | undefined;

  private constructor(
    sandbox: Sandbox,
    {
      database,
      session,
      searchPath,
    }: { database: string; session: WireSession; searchPath: string | undefined },
  ) {
    this.#sandbox = sandbox;
    this.#database = database;
    this.#session = session;
    this.#searchPath = searchPath;
  }

  static async open(sandbox: Sandbox, database: string, searchPath?: string): Promise<TrialSession> {
    const session = await openOn(sandbox, database, searchPath);
    return new TrialSession(sandbox, { database, session, searchPath });
  }

  /** The session itself. It is another one after a statement has ended it. */
  get session(): WireSession {
    return this.#session;
  }

  /** Returns when the server has ended the session, so that its database can be copied. */
  async close(): Promise<void> {
    await this.#session.finish();
  }

  /** A new session where the present one is over; the answer says whether it was. */
  async reopen(): Promise<boolean> {
    if (this.#session.ended === undefined) return false;
    this.#session = await openOn(this.#sandbox, this.#database, this.#searchPath);
    return true;
  }

  /**
   * Tries one after the other, each on the same state. A trial that ends the session gets that as its
   * problem, and those behind it are tried in a new session; prepared statements are lost with the old one.
   */
  async run(trials: readonly Trial[], options: TrialOptions = {}): Promise<TrialReply[]> {
    const replies: TrialReply[] = [];
    while (replies.length < trials.length) {
      await this.reopen();
      const some = await this.#runInOne(trials.slice(replies.length), options);
      const killer = some.findIndex(endedItsSession);
      replies.push(...(killer === -1 ? some : some.slice(0, killer + 1)));
    }
    return replies;
  }

  async #runInOne(
    trials: readonly Trial[],
    { before = [], locks = false, lockTimeoutMs }: TrialOptions,
  ): Promise<TrialReply[]> {
    const session = this.#session;
    const hasDeferred = await mayDefer(session);
    if (locks) await this.#prepareLocks();
    const waiting: Promise<Reply>[] = [session.run("begin")];
    if (lockTimeoutMs !== undefined)
      waiting.push(session.run(`set local lock_timeout = ${String(lockTimeoutMs)}`));
    for (const statement of before) waiting.push(session.run(tolerant(statement)));
    waiting.push(session.run("savepoint trial"));
    const replies: Promise<TrialReply>[] = [];
    for (const trial of trials) {
      // Whatever is sent during a COPY would be taken for its data.
      if (trial.copyData !== undefined) await Promise.all([...waiting, ...replies]);
      for (const statement of trial.prepare ?? []) waiting.push(session.run(tolerant(statement)));
      let reply: Promise<TrialReply> = send(session, trial);
      if (trial.copyData !== undefined) await reply;
      const more = (trial.again ?? []).map((values) => session.execute(trial.sql, values));
      if (hasDeferred) more.push(session.run("set constraints all immediate"));
      if (more.length > 0) reply = Promise.all([reply, ...more]).then(withFirstProblem);
      // With rows that are made for it first, what these lock can't be told from what the statement locks.
      if (locks && (trial.prepare ?? []).length === 0) {
        const held = session.ask(locksName);
        reply = Promise.all([reply, held]).then(([first, second]) => withLocksOf(first, second));
      }
      replies.push(reply);
      waiting.push(session.run("rollback to savepoint trial"));
    }
    waiting.push(session.run("rollback"));
    const control = await Promise.all(waiting);
    // A commit among the trials would leave something behind: such statements are sorted out before.
    if (control.some(({ problem }) => problem?.sqlstate === "25P01" || problem?.sqlstate === "3B001")) {
      throw new Error("a statement ended the transaction that it was tried in");
    }
    return Promise.all(replies);
  }

  async #prepareLocks(): Promise<void> {
    if (this.#locksIn === this.#session) return;
    await this.#session.describe(ownLocks, locksName);
    this.#locksIn = this.#session;
  }
}

async function openOn(
  sandbox: Sandbox,
  database: string,
  searchPath: string | undefined,
): Promise<WireSession> {
  const session = await sandbox.session(database);
  if (searchPath !== undefined) await session.run(`set search_path to ${searchPath}`);
  return session;
}

const locksName = "interlock_locks";

/** Behind a failure nothing is answered: what was locked has been let go of. */
function withLocksOf(reply: Reply, held: Reply): TrialReply {
  const text = held.rows[0]?.[0];
  return reply.problem !== undefined || typeof text !== "string"
    ? reply
    : { ...reply, locks: parseLocks(text) };
}

/** Whether nothing behind it was run in the same session. */
export function endedItsSession({ problem, endedSession }: Reply): boolean {
  return endedSession || (problem !== undefined && endsSession(problem));
}

/** Whether some constraint may wait until the end of the transaction, which a trial never comes to. */
async function mayDefer(session: WireSession): Promise<boolean> {
  const { rows } = await session.execute(
    "select exists (select from pg_constraint where condeferrable)::text",
  );
  return rows[0]?.[0] === "true";
}

function send(session: WireSession, { sql, name, values, copyData }: Trial): Promise<Reply> {
  if (copyData !== undefined) return session.run(sql, copyData);
  return name === undefined ? session.try(sql, values) : session.executePrepared(name, values);
}

/** A failed statement says so itself; only where it passed have further ones and deferred constraints the word. */
function withFirstProblem([first, ...further]: [Reply, ...Reply[]]): Reply {
  const problem = [first, ...further].find((reply) => reply.problem !== undefined)?.problem;
  return first.problem === undefined && problem !== undefined ? { ...first, problem } : first;
}

/** The statement, in a block that a failure does not leave. */
export function tolerant(statement: string): string {
  const quote = "$interlock_tolerant$";
  return `do ${quote} begin ${statement}; exception when others then null; end ${quote}`;
}
