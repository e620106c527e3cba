import type { Client, QueryResultRow } from "pg";
import { parseAll, type ParseProblem } from "../../database/parse-all.ts";
import { connect } from "../../database/connect.ts";

/** How long one reading may take. pg_stat_statements with 100,000 entries answers within a second or two. */
const statementTimeoutMs = 15_000;
/** Whoever queues for a lock makes others queue behind. */
const lockTimeoutMs = 100;
/** Texts that are sent before their answers are waited for. */
const textsAtOnce = 100;

/**
 * A session that only reads. Every query is a transaction of its own that is read only and bounded in time and
 * in its waiting for locks, and no setting outlives it: a pooler in transaction mode would lend the session to
 * the application with it.
 */
export interface ReadingSession {
  query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Several queries, which see one state of the database. */
  read<Result>(work: (client: Client) => Promise<Result>): Promise<Result>;
  /** Parse and Describe of each text; none of them is executed. In the order of the texts. */
  prepare(texts: readonly string[], searchPath?: string): Promise<(ParseProblem | undefined)[]>;
  close(): Promise<void>;
}

/** Opens one on a running database. Throws `Failure` as `connect` does. */
export async function openReadingSession(url: string): Promise<ReadingSession> {
  const client = await connect(
    { connectionString: url },
    { state: "Nothing was read and nothing was changed." },
  );
  const read = async <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => {
    await client.query(begin);
    try {
      return await work(client);
    } finally {
      // The transaction has read; there is nothing to keep. A session that is lost says so in the next query.
      await client.query("rollback").catch(() => undefined);
    }
  };
  return {
    read,
    query: async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      read(async () => (await client.query<Row>(sql, [...values])).rows),
    prepare: async (texts, searchPath) => {
      const path = searchPath === undefined ? "" : `; set local search_path = ${searchPath}`;
      const problems: (ParseProblem | undefined)[] = [];
      for (let at = 0; at < texts.length; at += textsAtOnce) {
        const some = texts.slice(at, at + textsAtOnce);
        problems.push(...(await parseAll(client, some, { before: `${begin}${path}`, after: "rollback" })));
      }
      return problems;
    },
    close: async () => {
      await client.end();
    },
  };
}

const begin = `begin transaction read only; set local statement_timeout = '${String(statementTimeoutMs)}ms'; set local lock_timeout = '${String(lockTimeoutMs)}ms'`;
