import { leaveOutConditions, type KeptConditions } from "./leave-out-conditions.ts";
import { attempts, candidateValues, type Attempt } from "./parameters/candidate-values.ts";
import { parameterUses } from "./parameters/parameter-use.ts";
import type { Contents } from "./rows/fill.ts";
import type { RehearsedStatement } from "./statement.ts";
import type { TrialSession } from "./trial-session.ts";
import type { Shape } from "./wire-session.ts";

/** A writing statement without conditions that no generated row met, and values with which it touches one. */
export interface Relaxed {
  sql: string;
  values: readonly (string | null)[];
}

interface Sought {
  statement: RehearsedStatement;
  shape: Shape;
}

/**
 * For statements that write and touched no row, however often they were tried: a form without the conditions that
 * kept them from it. Everything is taken back.
 */
export async function findRelaxed(
  trials: TrialSession,
  { contents, sought }: { contents: Contents; sought: readonly Sought[] },
): Promise<Map<RehearsedStatement, Relaxed>> {
  const found = new Map<RehearsedStatement, Relaxed>();
  let open = sought.map((one) => ({ statement: one.statement, tries: triesOf(one, contents) }));
  for (;;) {
    const round = open.flatMap(({ statement, tries }) => {
      const { value: current } = tries.next();
      return current === undefined ? [] : [{ statement, tries, current }];
    });
    if (round.length === 0) return found;
    const replies = await trials.run(round.map(({ current }) => current));
    open = round.filter(({ statement, current }, index) => {
      const reply = replies[index];
      const touches = reply !== undefined && reply.problem === undefined && reply.rowCount > 0;
      if (touches) found.set(statement, current);
      return !touches;
    });
  }
}

/** The most lenient forms come last: they say least of what the application sends. */
function* triesOf({ statement, shape }: Sought, contents: Contents): Generator<Relaxed, undefined> {
  if (statement.node === undefined) return undefined;
  const uses = parameterUses(statement.node, contents.tables);
  const texts = new Map<KeptConditions, string | undefined>();
  for (const { kept, attempt } of forms) {
    if (!texts.has(kept))
      texts.set(kept, leaveOutConditions(statement.node, { kept, tables: contents.tables }));
    const sql = texts.get(kept);
    if (sql === undefined) return undefined;
    yield { sql, values: candidateValues(contents, { uses, typeOids: shape.parameterTypeOids, attempt }) };
  }
  return undefined;
}

interface Form {
  kept: KeptConditions;
  attempt: Attempt;
}

const forms: readonly Form[] = [
  ...attempts.map((attempt): Form => ({ kept: "keys", attempt })),
  ...attempts.map((attempt): Form => ({ kept: "joins", attempt })),
  ...[0, 1].flatMap((stride) =>
    attempts.map((attempt, row): Form => ({ kept: { row, stride, still: stride > 0 }, attempt })),
  ),
];
