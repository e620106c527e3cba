import type { ParseProblem } from "../../database/parse-all.ts";
import { isPlaceholder, replaceParts, wordsOf } from "./placeholders.ts";

/** Prepares texts, none of which is executed; undefined where PostgreSQL takes one. */
export type Prepare = (texts: readonly string[]) => Promise<(ParseProblem | undefined)[]>;

/** PostgreSQL can't tell which type or which function is meant: what was a constant had a type of its own. */
const isAboutTypes = /^(?:42883|42725|42P18|42P08|42804|42846)$/;

/** What constants mostly are: tried first, on the placeholders nearest to the place of the error. */
const likelyTypes = ["integer", "text"];
const types = [
  ...likelyTypes,
  "numeric",
  "timestamp with time zone",
  "boolean",
  "interval",
  "jsonb",
  "bigint",
  "date",
  "uuid",
  "integer[]",
  "text[]",
];

/** How many placeholders may get a type, one after the other. */
const mostRounds = 8;
/** How many placeholders of one statement are tried; beyond, the nearest to the place of the error. */
const mostTried = 12;
/** How many of them at first: most statements want one type at one place, and the database has other work. */
const firstTried = 2;

/**
 * Finds types for the placeholders of a statement that PostgreSQL does not prepare without: `$1 + $2` was
 * `1 + 2`. Each round gives one placeholder, or all of them, the type that lets the parser get furthest.
 * Undefined where no type makes it whole.
 */
export async function inferTypes(
  sql: string,
  problem: ParseProblem,
  prepare: Prepare,
): Promise<string | undefined> {
  return (
    (await search({ sql, problem }, prepare, (placeholder, type) => `${placeholder}::${type}`)) ??
    // `json_object($1 value $2)` and its like take no `::` there.
    search({ sql, problem }, prepare, (placeholder, type) => `cast(${placeholder} as ${type})`)
  );
}

type Write = (placeholder: string, type: string) => string;

async function search(from: Tried, prepare: Prepare, write: Write): Promise<string | undefined> {
  let current = from;
  for (let round = 0; round < mostRounds; round += 1) {
    if (!isAboutTypes.test(current.problem.sqlstate)) return undefined;
    let next: Tried | undefined;
    for (const wave of [
      { likely: true, most: firstTried },
      { likely: false, most: mostTried },
    ]) {
      const candidates = candidatesFor(current, { write, ...wave });
      const problems = await prepare(candidates);
      const whole = candidates.find((_, index) => problems[index] === undefined);
      if (whole !== undefined) return whole;
      next = furthest(candidates, problems, current);
      if (next !== undefined) break;
    }
    if (next === undefined) return undefined;
    current = next;
  }
  return undefined;
}

interface Tried {
  sql: string;
  problem: ParseProblem;
}

/** The candidate that fails later in the text than what it was made of; a cast before the place moves it on by itself. */
function furthest(
  candidates: readonly string[],
  problems: readonly (ParseProblem | undefined)[],
  current: Tried,
): Tried | undefined {
  let best: (Tried & { rest: number }) | undefined;
  for (const [index, sql] of candidates.entries()) {
    const problem = problems[index];
    if (problem === undefined) continue;
    const rest = restBehind(sql, problem);
    if (best === undefined || rest < best.rest) best = { sql, problem, rest };
  }
  return best !== undefined && best.rest < restBehind(current.sql, current.problem) ? best : undefined;
}

/** How much of the text the parser has not come to terms with. */
function restBehind(sql: string, problem: ParseProblem): number {
  const untyped = /parameter \$(\d+)/.exec(problem.message);
  // Types of parameters are looked at last of all; the ones before have theirs.
  if (problem.sqlstate === "42P18" && problem.position === undefined && untyped !== null) {
    return -Number(untyped[1]) / 10_000;
  }
  return problem.position === undefined ? Number.POSITIVE_INFINITY : [...sql].length - problem.position;
}

interface Wave {
  write: Write;
  /** Only the types that are likely. */
  likely: boolean;
  /** How many placeholders are tried. */
  most: number;
}

function candidatesFor({ sql, problem }: Tried, { write, likely, most }: Wave): string[] {
  const words = wordsOf(sql);
  const open = words.filter(
    (word, index) =>
      isPlaceholder(word) &&
      words[index + 1]?.text !== "::" &&
      words[index - 2]?.text.toLowerCase() !== "cast",
  );
  const named = /parameter (\$\d+)/.exec(problem.message)?.[1];
  const position = Buffer.byteLength([...sql].slice(0, (problem.position ?? 1) - 1).join(""));
  const near = [
    ...new Set(
      open
        .toSorted((left, right) => Math.abs(left.start - position) - Math.abs(right.start - position))
        .map(({ text }) => text),
    ),
  ];
  const tried = named !== undefined && near.includes(named) ? [named] : near.slice(0, most);
  const withType = (numbers: readonly string[], type: string): string =>
    replaceParts(
      sql,
      open
        .filter(({ text }) => numbers.includes(text))
        .map(({ start, end, text }) => ({ start, end, text: write(text, type) })),
    );
  const some = likely ? likelyTypes : types;
  // Where anything would do (`jsonb_build_object($1, …)`), it was a text or might have been one.
  const ordered = problem.sqlstate === "42P18" ? ["text", ...some.filter((type) => type !== "text")] : some;
  const single = tried.flatMap((number) => ordered.map((type) => withType([number], type)));
  return tried.length > 1 ? [...single, ...ordered.map((type) => withType(tried, type))] : single;
}
