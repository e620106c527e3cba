import { attempts, candidateValues } from "./parameters/candidate-values.ts";
import { copyLines } from "./parameters/copy-lines.ts";
import { findRelaxed, type Relaxed } from "./find-relaxed.ts";
import type { NamedShape } from "./named-shape.ts";
import { parameterUses, type ParameterUse } from "./parameters/parameter-use.ts";
import { refusesData, saysNothing, stops, type Problem } from "./problem.ts";
import type { Contents } from "./rows/fill.ts";
import { raisedLater } from "./raising-order.ts";
import type { RehearsedStatement } from "./statement.ts";
import { endedItsSession, type Trial, type TrialSession } from "./trial-session.ts";
import { findAgain, type Again } from "./write-again.ts";
import type { Reply, Shape } from "./wire-session.ts";
import { findWitnesses } from "./witness/find-witness.ts";

/** Parameters that a statement was executed with where it is at home. */
export interface KnownParameters {
  values: readonly (string | null)[];
  copyData?: string;
  /** See `Trial`. */
  prepare?: readonly string[];
  /** Whether the app was seen to send them. */
  isRecorded: boolean;
  /** What refused it there. */
  problem?: Problem;
  /** How many rows it returned or touched there. */
  rows: number;
}

/** A statement in the state in which it is known to belong. */
export interface AtHome {
  statement: RehearsedStatement;
  /** PostgreSQL refuses it even there: it takes no part in the rehearsal. */
  broken: Problem | undefined;
  shape: Shape;
  /** The same with types by name; undefined where it is broken. */
  homeShape: NamedShape | undefined;
  /** Empty for what is never executed. Where nothing succeeded, the one that came furthest. */
  parameters: readonly KnownParameters[];
  /** What is executed besides where a write touched no row by itself: it, without conditions that no row met. */
  relaxed: Relaxed | undefined;
  /** Ways of making a write more than once that pass here. */
  again: readonly Again[];
  /** Why it could not be exercised; undefined where it was, if only without its conditions. */
  notExercised: string | undefined;
  /** The rehearsal's own limits or rights kept it from being executed: it is not tried again. */
  stopped: Problem | undefined;
}

/** The most recorded samples of one statement that are used. */
const mostSamples = 5;

type Tried = Pick<Trial, "values" | "copyData">;

interface Search {
  statement: RehearsedStatement;
  shape: Shape;
  /** What is to be tried now; undefined when the search is over. */
  current: Tried | undefined;
  /** What comes then. Made up only when it is needed: mostly the first try does. */
  rest: Iterator<Tried, undefined>;
  /** How many of them are recorded samples, which are all tried. */
  samplesLeft: number;
  succeeded: KnownParameters[];
  furthest: KnownParameters | undefined;
}

/**
 * Prepares every statement and finds parameters under which it executes and preferably touches a row:
 * recorded samples first, then values made up from the rows that are there. Everything is taken back.
 */
export async function examineAtHome(
  trials: TrialSession,
  { contents, statements }: { contents: Contents; statements: readonly RehearsedStatement[] },
): Promise<AtHome[]> {
  const described = await describeAll(trials, statements);
  const searches = statements.map((statement, index): Search | undefined => {
    const reply = described[index];
    if (reply === undefined || reply.problem !== undefined || statement.notExecuted !== undefined)
      return undefined;
    const samples = samplesOf(statement, reply.shape);
    const rest = whatToTry({ statement, shape: reply.shape, contents, samples });
    const current = rest.next().value;
    const samplesLeft = samples.length;
    return { statement, shape: reply.shape, current, rest, samplesLeft, succeeded: [], furthest: undefined };
  });
  for (;;) {
    const round = searches
      .filter((search) => search !== undefined)
      .filter(({ current }) => current !== undefined);
    if (round.length === 0) break;
    const replies = await trials.run(
      round.map(({ statement, current }) => ({ sql: statement.sql, values: [], ...current })),
    );
    round.forEach((search, index) => take(search, replies[index]));
  }
  const summaries = statements.map((statement, index) =>
    summary(statement, described[index], searches[index]),
  );
  const untouched = summaries.filter(({ notExercised }) => notExercised === touchesNoRow);
  const refused = summaries.filter(({ broken, parameters: [first] }) => {
    return broken === undefined && first?.problem !== undefined && refusesData(first.problem);
  });
  const witnesses = await findWitnesses(trials, { contents, sought: [...untouched, ...refused] });
  const relaxed = await findRelaxed(trials, { contents, sought: untouched });
  const again = await findAgain(trials, { contents, homes: summaries });
  return summaries.map((one): AtHome => {
    const form = relaxed.get(one.statement);
    const witness = witnesses.get(one.statement);
    return {
      ...one,
      again: again.get(one) ?? [],
      ...(form === undefined ? {} : { relaxed: form, notExercised: undefined }),
      ...(witness === undefined
        ? {}
        : { parameters: [{ ...witness, isRecorded: false }], notExercised: undefined }),
    };
  });
}

const touchesNoRow = "with every value tried, it touches no row";

/** Parse and Describe of each, outside any transaction. */
export async function describeAll(
  trials: TrialSession,
  statements: readonly Pick<RehearsedStatement, "sql">[],
): Promise<Reply[]> {
  const replies: Reply[] = [];
  while (replies.length < statements.length) {
    await trials.reopen();
    const { session } = trials;
    const some = await Promise.all(statements.slice(replies.length).map(({ sql }) => session.describe(sql)));
    const killer = some.findIndex(endedItsSession);
    replies.push(...(killer === -1 ? some : some.slice(0, killer + 1)));
  }
  return replies;
}

function samplesOf(statement: RehearsedStatement, { parameterTypeOids }: Shape): Tried[] {
  if (statement.copy !== undefined || parameterTypeOids.length === 0) return [];
  return statement.samples
    .filter(({ length }) => length === parameterTypeOids.length)
    .slice(0, mostSamples)
    .map((sample) => ({ values: sample.map(asText) }));
}

function* whatToTry({
  statement,
  shape,
  contents,
  samples,
}: Pick<Search, "statement" | "shape"> & { contents: Contents; samples: readonly Tried[] }): Generator<
  Tried,
  undefined
> {
  if (statement.copy !== undefined) {
    for (const attempt of attempts) {
      const copyData = copyLines(statement.copy, { contents, attempt });
      if (copyData !== undefined) yield { values: [], copyData };
    }
    return undefined;
  }
  const typeOids = shape.parameterTypeOids;
  if (typeOids.length === 0) {
    yield { values: [] };
    return undefined;
  }
  yield* samples;
  const uses = parameterUses(statement.node, contents.tables);
  for (const attempt of attempts) yield { values: candidateValues(contents, { uses, typeOids, attempt }) };
  // Recorded values in places where no row has to be there already, made-up ones where one has.
  const [sample] = samples;
  if (sample === undefined) return undefined;
  for (const attempt of attempts) {
    const made = candidateValues(contents, { uses, typeOids, attempt });
    yield {
      values: made.map((value, index) =>
        pointsAtRow(uses.get(index + 1)) ? value : (sample.values[index] ?? null),
      ),
    };
  }
  return undefined;
}

/** Whether a parameter's value has to be one that some row holds. */
function pointsAtRow(use: ParameterUse | undefined): boolean {
  if (use === undefined) return false;
  if (use.kind === "compare") return true;
  if (use.kind !== "insert" && use.kind !== "set") return false;
  const { table, column } = use.place;
  return table.foreignKeys.some(({ columns }) => columns.includes(column));
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function take(search: Search, reply: Reply | undefined): void {
  const tried = search.current;
  if (tried === undefined || reply === undefined) return;
  const known: KnownParameters = {
    ...tried,
    isRecorded: search.samplesLeft > 0,
    rows: reply.rowCount,
    ...(reply.problem === undefined ? {} : { problem: reply.problem }),
  };
  if (known.problem === undefined) search.succeeded.push(known);
  else if (search.furthest === undefined || raisedLater(known.problem, search.furthest.problem))
    search.furthest = known;
  if (search.samplesLeft > 0) search.samplesLeft -= 1;
  const enough = search.samplesLeft === 0 && search.succeeded.some(({ rows }) => rows > 0);
  const isOver = enough || (known.problem !== undefined && stops(known.problem));
  search.current = isOver ? undefined : search.rest.next().value;
}

function summary(
  statement: RehearsedStatement,
  described: Reply | undefined,
  search: Search | undefined,
): AtHome {
  const shape = described?.shape ?? { parameterTypeOids: [], columns: [] };
  const unknown =
    described?.problem !== undefined && saysNothing(described.problem) ? described.problem : undefined;
  const broken = unknown === undefined ? (described?.problem ?? brokenInItself(search)) : undefined;
  const touching = search?.succeeded.filter(({ rows }) => rows > 0) ?? [];
  const best = touching.length > 0 ? touching : (search?.succeeded.slice(0, 1) ?? []);
  const parameters = best.length > 0 ? best : search?.furthest === undefined ? [] : [search.furthest];
  const notExercised =
    unknown === undefined
      ? reasonNotExercised(statement, parameters)
      : `it can't be prepared here: ${unknown.sqlstate} ${unknown.message}`;
  const stopped =
    unknown ??
    statement.forbidden ??
    parameters.find(({ problem }) => problem !== undefined && stops(problem))?.problem;
  return {
    statement,
    broken,
    shape,
    homeShape: undefined,
    parameters,
    relaxed: undefined,
    again: [],
    notExercised,
    stopped,
  };
}

/** What no values can cure: PostgreSQL refuses the statement itself, though only when it plans it. */
function brokenInItself(search: Search | undefined): Problem | undefined {
  if (search === undefined || search.succeeded.length > 0) return undefined;
  return search.furthest?.problem?.sqlstate === "42P10" ? search.furthest.problem : undefined;
}

function reasonNotExercised(
  statement: RehearsedStatement,
  [first]: readonly KnownParameters[],
): string | undefined {
  if (statement.notExecuted !== undefined) return statement.notExecuted;
  if (first === undefined) return "no parameters were found for it";
  if (first.problem !== undefined) {
    return `with every value tried, the baseline refuses it: ${first.problem.sqlstate} ${first.problem.message}`;
  }
  if (statement.countsRows && first.rows === 0) return touchesNoRow;
  return undefined;
}
