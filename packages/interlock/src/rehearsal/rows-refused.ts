import { displayName } from "../sql/quote.ts";
import type { Baseline } from "./baseline.ts";
import { problemBehind, statementBehind } from "./change-failure.ts";
import { refusesData, type Problem } from "./problem.ts";

interface Refused {
  /** The position of the change. */
  change: number;
  /** The table that PostgreSQL names, as displayed. */
  tables: readonly string[];
  /** Those that the failing statement mentions. */
  mentioned: readonly string[];
  problem: Problem;
}

/** A change failed, and the rows that are there may be the reason. Never leaves the rehearsal. */
export class RowsRefused extends Error {
  readonly thrown: unknown;
  readonly refused: Refused;

  constructor(thrown: unknown, refused: Refused) {
    super("a change refuses generated rows");
    this.thrown = thrown;
    this.refused = refused;
  }
}

/** What a change threw, marked when the reason may be rows that were generated. */
export function asRowsRefused(
  thrown: unknown,
  { change, baseline }: { change: number; baseline: Baseline },
): unknown {
  const problem = problemBehind(thrown);
  if (problem === undefined || !refusesData(problem)) return thrown;
  const { schema, table } = problem;
  return new RowsRefused(thrown, {
    change,
    tables: table === undefined ? [] : [displayName(schema ?? "public", table)],
    mentioned: tablesMentioned(statementBehind(thrown), baseline),
    problem,
  });
}

/** Tables whose names stand in a statement, be it inside the body of a function. */
function tablesMentioned(sql: string | undefined, { filled }: Baseline): string[] {
  const words = new Set(sql?.match(/[\w$]+/g) ?? []);
  return filled.contents.tables
    .filter(({ name }) => words.has(name))
    .map(({ schema, name }) => displayName(schema, name));
}
