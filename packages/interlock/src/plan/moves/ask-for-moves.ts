import type { Column } from "../../catalog/table.ts";
import { Failure } from "../../std/failure.ts";
import { shownName } from "../names.ts";
import type { Relation } from "../plan.ts";
import type { Move } from "./move.ts";

/** A column of the old shape that nothing says for rows that the new version writes in another table. */
export interface MissingMove {
  move: Move;
  table: Relation;
  column: Column;
  /** The table that the new version writes. */
  of: Relation;
}

/** Asks for the way back by printing the lines to add. */
export function askForMoves(missing: readonly MissingMove[]): Failure {
  const [first] = missing;
  if (first === undefined) throw new Error("nothing is missing");
  const { move, table, column, of } = first;
  return new Failure({
    code: "mapping-missing",
    message: `${move.source}: nothing says what ${shownName(table, column.name)} is for rows of ${shownName(of)} that the new version writes.`,
    why: "The old version reads it until it is gone, and PostgreSQL can't turn the expression round.",
    state: "Nothing was run and nothing was changed.",
    next: `Add ${missing.length === 1 ? "this line" : "these lines"} to the migration, each with an SQL expression over a row of the table that it names:\n${missing.map(line).join("\n")}`,
  });
}

function line({ table, column, of }: MissingMove): string {
  return `-- interlock: down ${shownName(table, column.name)} = (expression of type ${column.type}, such as ${shownName(of, "column")})`;
}
