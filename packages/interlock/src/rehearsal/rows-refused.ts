import { displayName } from "../sql/quote.ts";
import { refusesData, type Problem } from "./problem.ts";
import { problemBehind } from "./change-failure.ts";

/** A change failed on the rows that are there. Never leaves the rehearsal. */
export class RowsRefused extends Error {
  readonly thrown: unknown;
  readonly refused: { change: number; table: string | undefined; problem: Problem };

  constructor(thrown: unknown, refused: { change: number; table: string | undefined; problem: Problem }) {
    super("a change refuses generated rows");
    this.thrown = thrown;
    this.refused = refused;
  }
}

/** What a change threw, marked when the reason may be rows that were generated. */
export function asRowsRefused(thrown: unknown, change: number): unknown {
  const problem = problemBehind(thrown);
  if (problem === undefined || !refusesData(problem)) return thrown;
  const { schema, table } = problem;
  const name = table === undefined ? undefined : displayName(schema ?? "public", table);
  return new RowsRefused(thrown, { change, table: name, problem });
}
