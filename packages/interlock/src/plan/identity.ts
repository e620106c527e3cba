import type { Column, OwnedSequence } from "../catalog/table.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../sql/quote.ts";

/** How a sequence counts, as CREATE SEQUENCE takes it. */
export function sequenceOptions(sequence: OwnedSequence): string {
  const { start, increment, least, most, cache, cycles } = sequence;
  return `start with ${start} increment by ${increment} minvalue ${least} maxvalue ${most} cache ${cache} ${cycles ? "cycle" : "no cycle"}`;
}

/** Statements that make a mandatory column an identity that counts on from another sequence, as the migration leaves it. */
export function becomeIdentity({
  table,
  column,
  after,
  from,
}: {
  /** Quoted. */
  table: string;
  /** What the column is called at that moment. */
  column: string;
  after: Column;
  /** Quoted: the sequence that has counted until then. */
  from: string;
}): string[] {
  const [sequence] = after.ownedSequences;
  if (sequence === undefined) throw new Error(`${after.name} is no identity`);
  const name = quoteQualified(sequence.schema, sequence.name);
  return [
    `alter table ${table} alter column ${quoteIdentifier(column)} add generated ${after.identity ?? "always"} as identity (sequence name ${name} ${sequenceOptions(sequence)})`,
    `select pg_catalog.setval(${quoteLiteral(name)}::regclass, last_value, is_called) from ${from}`,
  ];
}
