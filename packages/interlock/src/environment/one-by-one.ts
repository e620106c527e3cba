import type { Query } from "./query.ts";

/** The same query, each waiting for the one before it: a transaction has one session, which does one thing at a time. */
export function oneByOne(query: Query): Query {
  let last: Promise<unknown> = Promise.resolve();
  return (sql, values) => {
    const result = last.then(() => query<never>(sql, values));
    last = result.catch(() => undefined);
    return result;
  };
}
