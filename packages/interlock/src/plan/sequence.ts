import type { OwnedSequence } from "../catalog/table.ts";

/** How a sequence counts, as CREATE SEQUENCE takes it; the type is the column's where it is an identity's. */
export function sequenceOptions(sequence: OwnedSequence): string {
  const { start, increment, least, most, cache, cycles } = sequence;
  return `start with ${start} increment by ${increment} minvalue ${least} maxvalue ${most} cache ${cache}${cycles ? " cycle" : " no cycle"}`;
}
