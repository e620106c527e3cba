import { saysNothing, type ParseProblem } from "../../database/parse-all.ts";
import { preparable } from "../../sql/preparable.ts";
import { alignGroups } from "./align-groups.ts";
import { inferTypes, type Prepare } from "./infer-types.ts";

/** What became of a statement that was tried on the running database. */
export type Usable =
  /** `checked` is false where the database gave no answer: a lock, a right, a limit. */
  | { kind: "usable"; sql: string; checked: boolean }
  /** It names what is not there (any more). */
  | { kind: "does-not-fit"; problem: ParseProblem }
  /** Its placeholders can't be given types or places. */
  | { kind: "not-usable"; problem: ParseProblem };

/** Undefined table, column, function or schema, and the like: the structure is another one. */
const isAboutStructure = /^(?:42P01|42703|42P10|42883|3F000|42704|42702|42P07)$/;
/** `group by`, `distinct on` and `order by` don't find their expressions. */
const isAboutGroups = /^(?:42803|42P10)$/;

/**
 * Makes a statement of pg_stat_statements one that PostgreSQL prepares, by giving its placeholders the places
 * and types of the constants that they stand for. `problem` is what the database said of it as it is; where a
 * schema of the search path `isClosed` to the role that asked, that nothing is found there says nothing.
 */
export async function usableStatement(
  sql: string,
  problem: ParseProblem | undefined,
  { prepare, isClosed }: { prepare: Prepare; isClosed: boolean },
): Promise<Usable> {
  if (problem === undefined) return { kind: "usable", sql, checked: true };
  if (saysNothing(problem)) return { kind: "usable", sql, checked: false };
  // A text that stands for another (COPY, TRUNCATE) has no placeholders that could be mended.
  const mended = preparable(sql)[0] === sql ? await mend(sql, problem, prepare) : undefined;
  if (mended !== undefined) return { kind: "usable", sql: mended, checked: true };
  if (!isAboutStructure.test(problem.sqlstate)) return { kind: "not-usable", problem };
  return isClosed ? { kind: "usable", sql, checked: false } : { kind: "does-not-fit", problem };
}

async function mend(sql: string, problem: ParseProblem, prepare: Prepare): Promise<string | undefined> {
  let current = { sql, problem };
  if (isAboutGroups.test(problem.sqlstate)) {
    const aligned = alignGroups(sql);
    const [after] = aligned === sql ? [problem] : await prepare([aligned]);
    if (after === undefined) return aligned;
    current = { sql: aligned, problem: after };
  }
  return inferTypes(current.sql, current.problem, prepare);
}
