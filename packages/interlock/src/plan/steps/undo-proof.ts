import type { Constraint, Table } from "../../catalog/table.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { temporaryName } from "../names.ts";
import type { Relation, UndoProof } from "../plan.ts";

/** That no row has a null there: SET NOT NULL takes it as proof and reads no table. The undo drops it. */
export function notNullProof(table: Relation, column: string): { proof: UndoProof; drop: string } {
  const constraint = temporaryName("undo", table, column);
  const proof = proofOf(table, constraint, `check (${quoteIdentifier(column)} is not null)`);
  return { proof, drop: `${alter(table)} drop constraint ${quoteIdentifier(constraint)}` };
}

/**
 * The constraint itself, which a step takes away and its undo brings back. Undefined where PostgreSQL makes it in one
 * go only: what has an index, and a foreign key of a partitioned table before version 18; and where it is not proved.
 */
export function constraintProof(
  table: Table,
  { kind, definition, name }: Constraint,
  under = name,
): UndoProof | undefined {
  const inTwo = kind === "check" || (kind === "foreign" && table.kind !== "partitioned");
  if (!inTwo || / NOT (VALID|ENFORCED)$/.test(definition)) return undefined;
  return proofOf({ schema: table.schema, name: table.name }, under, definition);
}

function proofOf(table: Relation, constraint: string, definition: string): UndoProof {
  const own = quoteIdentifier(constraint);
  return {
    table,
    constraint,
    add: `${alter(table)} add constraint ${own} ${definition} not valid`,
    validate: `${alter(table)} validate constraint ${own}`,
  };
}

function alter({ schema, name }: Relation): string {
  return `alter table ${quoteQualified(schema, name)}`;
}
