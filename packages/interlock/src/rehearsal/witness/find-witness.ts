import { attempts, candidateValues } from "../parameters/candidate-values.ts";
import { parameterUses } from "../parameters/parameter-use.ts";
import type { Contents } from "../rows/fill.ts";
import { quoteQualified } from "../../sql/quote.ts";
import type { Problem } from "../problem.ts";
import type { RehearsedStatement } from "../statement.ts";
import type { TrialSession } from "../trial-session.ts";
import type { Shape } from "../wire-session.ts";
import { prepareRows } from "./prepare-rows.ts";
import { requirementsOf } from "./requirements.ts";

/** Rows changed before a statement is executed, and values with which it then touches one. */
export interface Witness {
  prepare: readonly string[];
  values: readonly (string | null)[];
  rows: number;
}

interface Sought {
  statement: RehearsedStatement;
  shape: Shape;
}

/**
 * For statements that touched no row with any value: rows that their conditions hold for, made out of those that are
 * there. Everything is taken back.
 */
export async function findWitnesses(
  trials: TrialSession,
  { contents, sought }: { contents: Contents; sought: readonly Sought[] },
): Promise<Map<RehearsedStatement, Witness>> {
  const found = new Map<RehearsedStatement, Witness>();
  let open = sought.map((one): Open => ({ statement: one.statement, tries: triesOf(one, contents) }));
  for (;;) {
    const round = open.flatMap(({ statement, tries, problem }) => {
      const { value: current } = tries.next(problem);
      return current === undefined ? [] : [{ statement, tries, current }];
    });
    if (round.length === 0) return found;
    const replies = await trials.run(
      round.map(({ statement, current }) => ({ sql: statement.sql, ...current })),
    );
    open = round.flatMap(({ statement, tries, current }, index): Open[] => {
      const { problem, rowCount } = replies[index] ?? { rowCount: 0 };
      if (problem !== undefined || rowCount === 0) return [{ statement, tries, problem }];
      found.set(statement, { ...current, rows: rowCount });
      return [];
    });
  }
}

type Try = Pick<Witness, "prepare" | "values">;

interface Open {
  statement: RehearsedStatement;
  tries: Generator<Try, undefined, Problem | undefined>;
  /** What refused the last try. */
  problem?: Problem | undefined;
}

function* triesOf(
  { statement, shape }: Sought,
  contents: Contents,
): Generator<Try, undefined, Problem | undefined> {
  if (statement.node === undefined || statement.copy !== undefined) return undefined;
  const requirements = requirementsOf(statement.node, contents.tables);
  const emptied = requirements.absent.map(
    ({ schema, name }) => `delete from ${quoteQualified(schema, name)}`,
  );
  const uses = parameterUses(statement.node, contents.tables);
  for (const withoutRows of emptied.length > 0 ? [[], emptied] : [[]]) {
    for (const [row, attempt] of attempts.slice(0, mostRows).entries()) {
      const prepared = prepareRows(requirements, { contents, row });
      if (prepared === undefined) return undefined;
      const { parameters } = prepared;
      const made = candidateValues(contents, { uses, typeOids: shape.parameterTypeOids, attempt });
      const values = made.map((value, index) => {
        const wanted = parameters.get(index + 1);
        return wanted === undefined ? value : wanted;
      });
      const prepare = [...withoutRows, ...prepared.prepare];
      const problem = yield { prepare, values };
      // What it writes may have the key of a row that is there.
      if (problem?.sqlstate === "23505" && problem.table !== undefined) {
        const { schema = "public", table } = problem;
        yield { prepare: [`delete from ${quoteQualified(schema, table)}`, ...prepare], values };
      }
    }
  }
  return undefined;
}

/** Of each table, this many rows are tried. */
const mostRows = 5;
