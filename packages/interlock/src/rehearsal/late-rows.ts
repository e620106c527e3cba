import { quoteIdentifier, quoteLiteral, quoteQualified } from "../sql/quote.ts";
import { displayName } from "../sql/quote.ts";
import type { Filled } from "./rows/fill.ts";

/**
 * Statements that put the rows that were generated into tables of a later state into the same tables again,
 * in another database, where these are there already: with the values that they have in the first.
 */
export function lateRows({ contents, tables: filled }: Filled): string[] {
  const added = new Set(filled.filter(({ rows }) => rows > 0).map(({ table }) => table));
  return contents.tables
    .filter(({ schema, name }) => added.has(displayName(schema, name)))
    .toSorted((left, right) => position(left.oid) - position(right.oid))
    .flatMap((table) => [
      ...(contents.rows.get(table.oid) ?? []).map((row) => {
        const columns = table.columns.filter(({ isGenerated }) => !isGenerated);
        const names = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
        const values = columns.map(({ name }) => {
          const value = row.get(name);
          return value === null || value === undefined ? "null" : quoteLiteral(value);
        });
        return `insert into ${quoteQualified(table.schema, table.name)} (${names}) overriding system value values (${values.join(", ")})`;
      }),
      // Given values do not count: the next one of an identity's or a serial's own would be there already.
      ...table.columns
        .filter(({ isGiven, isGenerated }) => isGiven && !isGenerated)
        .map(({ name }) => {
          const relation = quoteQualified(table.schema, table.name);
          const sequence = `pg_catalog.pg_get_serial_sequence(${quoteLiteral(relation)}, ${quoteLiteral(name)})`;
          return `select pg_catalog.setval(${sequence}::regclass, (select max(${quoteIdentifier(name)}) from ${relation}))`;
        }),
    ]);

  function position(oid: number): number {
    return [...contents.rows.keys()].indexOf(oid);
  }
}
