import { describeAll, type AtHome, type KnownParameters } from "./at-home.ts";
import type { Kept, KeptPrepared } from "./kept-prepared.ts";
import type { NamedShape, TypeNames } from "./named-shape.ts";
import { exceedsLimit, saysNothing, stops, type Problem } from "./problem.ts";
import { raisedLater } from "./raising-order.ts";
import type { TrialReply, TrialSession } from "./trial-session.ts";
import type { Lock } from "./waiting/lock.ts";
import { printOfUniqueness, trialOf, type Again } from "./write-again.ts";

/** How executing a statement in some state ended. */
type Executed =
  | { kind: "ok"; rows: number }
  /** It fails here and did not at home, with the same parameters on the same rows. */
  | {
      kind: "failed";
      problem: Problem;
      values: readonly (string | null)[];
      isRecorded: boolean;
      /** What was run before it, and the lines of a COPY; see `Trial`. */
      prepare?: readonly string[];
      copyData?: string;
      /** It fails only when it is made more than once. */
      again?: Again;
    }
  /** `stopped`: by the rehearsal itself. */
  | { kind: "not-exercised"; reason: string; stopped?: Problem };

/** One statement in one state. */
export interface Outcome {
  state: number;
  /** Why PostgreSQL refuses to prepare it. */
  prepared: Problem | undefined;
  /** Undefined where it can't be prepared. */
  shape: NamedShape | undefined;
  /** Why it fails when it was prepared before the change and stays so, while preparing it anew would do. */
  cachedPlan: Problem | undefined;
  executed: Executed;
  /** What it locks, where that was asked for; undefined where it did not run to its end. */
  locks?: readonly Lock[];
}

export interface Examiner {
  trials: TrialSession;
  kept: KeptPrepared;
  typeNames: TypeNames;
}

export interface Examined {
  home: AtHome;
  /** Stands for the statement in the session that keeps it prepared. */
  kept: Kept;
}

export function isExecutable({ home }: Pick<Examined, "home">): boolean {
  return home.stopped === undefined && home.statement.notExecuted === undefined;
}

/** Steps 1 to 4 of a check for every statement, in the state that the database is in. */
export async function examineState(
  { trials, kept, typeNames }: Examiner,
  {
    state,
    statements,
    before,
    uniqueness,
    locks = false,
  }: {
    state: number;
    statements: readonly Examined[];
    before: readonly string[];
    uniqueness: string;
    locks?: boolean;
  },
): Promise<Outcome[]> {
  const described = await describeAll(
    trials,
    statements.map(({ home }) => home.statement),
  );
  await trials.reopen();
  const shapes = await typeNames.name(
    trials.session,
    described.map(({ shape }) => shape),
  );
  const prepared = statements.filter((_, index) => described[index]?.problem === undefined);
  const executable = prepared.filter(isExecutable);
  const fresh = await executeAll(trials, { statements: executable, before, locks });
  const relaxed = await executeRelaxed(trials, { statements: executable, before, locks });
  const again = await executeAgain(trials, { statements: executable, before, uniqueness });
  const stale = await kept.execute(executable.map((one) => one.kept));
  await kept.prepare(executable.map((one) => one.kept));
  return statements.map((one, index): Outcome => {
    const problem = described[index]?.problem;
    if (problem !== undefined && saysNothing(problem)) return unknownHere(state, problem);
    if (problem !== undefined) {
      return {
        state,
        prepared: problem,
        shape: undefined,
        cachedPlan: undefined,
        executed: { kind: "not-exercised", reason: "it can't be prepared" },
      };
    }
    const runs = fresh.get(one) ?? [];
    const cached = stale.get(one.kept);
    const taken = locks ? locksOf([...runs.map(({ reply }) => reply), relaxed.get(one)]) : undefined;
    // A failure that preparing anew would not cure is not the kept plan's.
    const isPlan =
      cached !== undefined &&
      !exceedsLimit(cached) &&
      !runs.some((run) => run.reply.problem?.sqlstate === cached.sqlstate);
    return {
      state,
      prepared: undefined,
      shape: shapes[index],
      cachedPlan: isPlan ? cached : undefined,
      executed: judge(one.home, {
        runs,
        relaxed: relaxed.get(one),
        again: again.get(one),
        lacksRows: before.length > 0,
      }),
      ...(taken === undefined ? {} : { locks: taken }),
    };
  });
}

function unknownHere(state: number, stopped: Problem): Outcome {
  const { sqlstate, message } = stopped;
  return {
    state,
    prepared: undefined,
    shape: undefined,
    cachedPlan: undefined,
    executed: { kind: "not-exercised", reason: `it can't be prepared here: ${sqlstate} ${message}`, stopped },
  };
}

interface Run {
  parameters: KnownParameters;
  reply: TrialReply;
}

/** All that one of the runs locked: without rows to touch a write looks up no foreign key. */
function locksOf(replies: readonly (TrialReply | undefined)[]): readonly Lock[] | undefined {
  const taken = replies.map((reply) => reply?.locks).filter((locks) => locks !== undefined);
  return taken.length === 0 ? undefined : taken.flat();
}

interface ExecuteOptions {
  statements: readonly Examined[];
  before: readonly string[];
  locks: boolean;
}

async function executeAll(
  trials: TrialSession,
  { statements, ...options }: ExecuteOptions,
): Promise<Map<Examined, Run[]>> {
  const planned = statements.flatMap((one) => one.home.parameters.map((parameters) => ({ one, parameters })));
  const replies = await trials.run(
    planned.map(({ one, parameters: { values, copyData, prepare } }) => ({
      sql: one.home.statement.sql,
      values,
      ...(copyData === undefined ? {} : { copyData }),
      ...(prepare === undefined ? {} : { prepare }),
    })),
    options,
  );
  const runs = new Map<Examined, Run[]>();
  planned.forEach(({ one, parameters }, index) => {
    const reply = replies[index];
    if (reply !== undefined) runs.set(one, [...(runs.get(one) ?? []), { parameters, reply }]);
  });
  return runs;
}

async function executeRelaxed(
  trials: TrialSession,
  { statements, ...options }: ExecuteOptions,
): Promise<Map<Examined, TrialReply>> {
  const planned = statements.flatMap((one) =>
    one.home.relaxed === undefined ? [] : [{ one, trial: one.home.relaxed }],
  );
  const replies = await trials.run(
    planned.map(({ trial }) => trial),
    options,
  );
  return new Map(
    planned.flatMap(({ one }, index) => {
      const reply = replies[index];
      return reply === undefined ? [] : [[one, reply]];
    }),
  );
}

/** The first way of making a write more than once that fails because values must differ. */
async function executeAgain(
  trials: TrialSession,
  {
    statements,
    before,
    uniqueness,
  }: { statements: readonly Examined[]; before: readonly string[]; uniqueness: string },
): Promise<Map<Examined, { again: Again; problem: Problem }>> {
  const failed = new Map<Examined, { again: Again; problem: Problem }>();
  if ((await printOfUniqueness(trials.session)) === uniqueness) return failed;
  const planned = statements.flatMap((one) => one.home.again.map((again) => ({ one, again })));
  const replies = await trials.run(
    planned.map(({ one, again }) => trialOf(one.home, again)),
    { before },
  );
  planned.forEach(({ one, again }, index) => {
    const problem = replies[index]?.problem;
    if (problem !== undefined && mustDiffer(problem) && !failed.has(one)) failed.set(one, { again, problem });
  });
  // The second one may have met a row that is there, as one that repeats a value does.
  const others = [...failed].filter(([, { again }]) => again.kind === "different");
  const alone = await trials.run(
    others.map(([one, { again }]) => ({ sql: one.home.statement.sql, values: again.runs.at(-1) ?? [] })),
    { before },
  );
  others.forEach(([one, { again, problem }], index) => {
    if (alone[index]?.problem !== undefined) failed.set(one, { again: { ...again, kind: "same" }, problem });
  });
  return failed;
}

function mustDiffer({ sqlstate }: Problem): boolean {
  return sqlstate === "23505" || sqlstate === "23P01";
}

/**
 * A form without its conditions only ever shows that a write works: where it fails, the rows may be ones that the
 * statement itself passes over, and nothing is known. `lacksRows`: at home, rows were made that could not all be made here, so that a foreign key that finds
 * nothing says nothing about the statement.
 */
function judge(
  home: AtHome,
  {
    runs,
    relaxed,
    again,
    lacksRows,
  }: {
    runs: readonly Run[];
    relaxed: TrialReply | undefined;
    again: { again: Again; problem: Problem } | undefined;
    lacksRows: boolean;
  },
): Executed {
  for (const { parameters, reply } of runs) {
    if (lacksRows && reply.problem?.sqlstate === "23503") continue;
    if (reply.problem !== undefined && isNew(reply.problem, parameters.problem)) {
      const { values, isRecorded, prepare = [], copyData = "" } = parameters;
      return { kind: "failed", problem: reply.problem, values, isRecorded, prepare, copyData };
    }
  }
  if (again !== undefined) {
    const [values = []] = again.again.runs;
    return { kind: "failed", values, isRecorded: again.again.kind === "recorded", ...again };
  }
  if (home.notExercised !== undefined) return { kind: "not-exercised", reason: home.notExercised };
  const touches = runs.some(({ reply }) => reply.problem === undefined && reply.rowCount > 0);
  if (relaxed?.problem !== undefined && !touches) {
    const { sqlstate, message } = relaxed.problem;
    return { kind: "not-exercised", reason: `without its conditions it fails: ${sqlstate} ${message}` };
  }
  if (!touches && relaxed === undefined && runs.some(({ parameters }) => parameters.prepare !== undefined)) {
    return { kind: "not-exercised", reason: "the rows that it looks for can't be made after the change" };
  }
  const stopped = runs.find(({ reply }) => reply.problem !== undefined)?.reply.problem;
  if (stopped !== undefined) {
    const reason = `${stopped.sqlstate} ${stopped.message}`;
    return { kind: "not-exercised", reason, ...(stops(stopped) ? { stopped } : {}) };
  }
  return { kind: "ok", rows: Math.max(0, ...runs.map(({ reply }) => reply.rowCount)) };
}

/** Whether a failure is of this state: at home there was none, or one that PostgreSQL comes to later. */
function isNew(problem: Problem, atHome: Problem | undefined): boolean {
  if (saysNothing(problem)) return false;
  if (atHome === undefined) return true;
  return (
    problem.sqlstate !== atHome.sqlstate &&
    writesRow(problem) &&
    writesRow(atHome) &&
    raisedLater(atHome, problem)
  );
}

function writesRow({ sqlstate }: Problem): boolean {
  return sqlstate.startsWith("23");
}
