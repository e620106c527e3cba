import type { Client } from "pg";
import { parseAll, saysNothing, type ParseProblem } from "../database/parse-all.ts";
import { preparable } from "../sql/preparable.ts";
import type { WorkloadStatement } from "../workload/workload.ts";

/** A statement that PostgreSQL does not prepare, and what it says. */
export interface Unprepared {
  name: string;
  sqlstate: string;
  message: string;
}

export interface Preparation {
  /** Statements that do not fit the structure as it is now. */
  refused: Unprepared[];
  /** Statements of which nothing is known: a lock was not to be had, a right is lacking, the server has no room. */
  unanswered: Unprepared[];
}

/**
 * How long one statement waits for a lock. Whoever queues for a lock makes others queue behind, so it is short;
 * what is not answered is asked again later.
 */
const lockTimeoutMs = 10;
const statementTimeoutMs = 1_000;
/** Texts that are sent before their answers are waited for. */
const textsAtOnce = 100;
/** How long locks may keep all of it. */
const longestMs = 2_000;

/**
 * Lets PostgreSQL parse statements against the catalog as it is now, and executes none of them: what it refuses
 * does not fit the structure. Unqualified names are looked for on `searchPath`, by default the client's own (see
 * `searchPathOf`). The client has no transaction open; its settings are put back afterwards.
 * Throws only where the session is lost.
 */
export async function prepareStatements(
  client: Client,
  statements: readonly Pick<WorkloadStatement, "name" | "sql">[],
  { searchPath }: { searchPath?: string | undefined } = {},
): Promise<Preparation> {
  const texts = statements.flatMap(({ name, sql }) => preparable(sql).map((text) => ({ name, text })));
  const preparation: Preparation = { refused: [], unanswered: [] };
  if (texts.length === 0) return preparation;
  const seen = new Set<string>();
  const note = (name: string, problem: ParseProblem): void => {
    // Of several statements in one text the first that fails has the word.
    if (seen.has(name)) return;
    seen.add(name);
    preparation[saysNothing(problem) ? "unanswered" : "refused"].push({ name, ...problem });
  };
  await withSettings(client, { searchPath }, async () => {
    const endsAt = performance.now() + longestMs;
    for (let at = 0; at < texts.length; at += textsAtOnce) {
      const some = texts.slice(at, at + textsAtOnce);
      const problems =
        performance.now() > endsAt
          ? some.map(() => notAsked)
          : await parseAll(
              client,
              some.map(({ text }) => text),
            );
      some.forEach(({ name }, index) => {
        const problem = problems[index];
        if (problem !== undefined) note(name, problem);
      });
    }
  });
  return preparation;
}

const notAsked: ParseProblem = {
  sqlstate: "55P03",
  message: "not asked, because locks on tables of other statements took all the time",
};

async function withSettings(
  client: Client,
  { searchPath }: { searchPath: string | undefined },
  work: () => Promise<void>,
): Promise<void> {
  const { rows } = await client.query<{ lock: string; statement: string; path: string }>(
    `select pg_catalog.current_setting('lock_timeout') as lock, pg_catalog.current_setting('statement_timeout') as statement,
            pg_catalog.current_setting('search_path') as path`,
  );
  const set = (lock: string, statement: string, path: string): Promise<unknown> =>
    client.query(
      `select pg_catalog.set_config('lock_timeout', $1::text, false), pg_catalog.set_config('statement_timeout', $2::text, false),
              pg_catalog.set_config('search_path', $3::text, false)`,
      [lock, statement, path],
    );
  const [before] = rows;
  if (before === undefined) throw new Error("a query without a table answers one row");
  await set(`${String(lockTimeoutMs)}ms`, `${String(statementTimeoutMs)}ms`, searchPath ?? before.path);
  await work();
  await set(before.lock, before.statement, before.path);
}
