import { attempts, candidateValues } from "./parameters/candidate-values.ts";
import { parameterUses } from "./parameters/parameter-use.ts";
import type { AtHome } from "./at-home.ts";
import type { Contents } from "./rows/fill.ts";
import type { Trial, TrialSession } from "./trial-session.ts";
import type { WireSession } from "./wire-session.ts";

type Values = readonly (string | null)[];

/**
 * A write that is made more than once, as an application does, with nothing taken back in between: that values must
 * differ from then on shows at the second one only. `recorded`: the calls that were seen. `different`: no value is the
 * same, so that what collides comes from the statement itself. `same`: whether the application repeats a value, nobody
 * knows.
 */
export interface Again {
  kind: "recorded" | "different" | "same";
  runs: readonly Values[];
}

/** How many second sets of values are tried. */
const mostTries = 4;

/** For each write that touches a row at home, the ways of making it again that pass there. */
export async function findAgain(
  trials: TrialSession,
  { contents, homes }: { contents: Contents; homes: readonly AtHome[] },
): Promise<Map<AtHome, Again[]>> {
  const found = new Map<AtHome, Again[]>();
  let open = homes.flatMap((home) =>
    [...Map.groupBy(waysFor(home, contents), ({ kind }) => kind).values()].map((ways) => ({ home, ways })),
  );
  // Mostly the first way of a kind passes, and the others are never tried.
  while (open.length > 0) {
    const round = open.flatMap(({ home, ways: [again, ...rest] }) =>
      again === undefined ? [] : [{ home, again, rest }],
    );
    const replies = await trials.run(round.map(({ home, again }) => trialOf(home, again)));
    open = round.flatMap(({ home, again, rest }, index) => {
      if (replies[index]?.problem !== undefined) return rest.length === 0 ? [] : [{ home, ways: rest }];
      const known = found.get(home) ?? [];
      // What is sure comes first: the first one that fails later is what is told.
      found.set(home, again.kind === "same" ? [...known, again] : [again, ...known]);
      return [];
    });
  }
  return found;
}

export function trialOf(
  { statement }: Pick<AtHome, "statement">,
  { runs: [first = [], ...rest] }: Again,
): Trial {
  return { sql: statement.sql, values: first, again: rest };
}

function waysFor({ statement, parameters, shape, broken, stopped }: AtHome, contents: Contents): Again[] {
  const [first] = parameters;
  const touches = first !== undefined && first.problem === undefined && first.rows > 0;
  if (!touches || !statement.writes || statement.copy !== undefined || broken !== undefined || stopped)
    return [];
  const { values } = first;
  if (values.length === 0) return [{ kind: "different", runs: [values, values] }];
  const recorded = parameters.filter(({ isRecorded }) => isRecorded).map((one) => one.values);
  if (recorded.length > 1) return [{ kind: "recorded", runs: recorded }];
  if (recorded.length === 1) return [];
  const uses = parameterUses(statement.node, contents.tables);
  const isBound = (index: number): boolean => {
    const kind = uses.get(index + 1)?.kind;
    return kind === "limit" || kind === "offset";
  };
  const others = attempts
    .slice(1)
    .map((attempt) => candidateValues(contents, { uses, typeOids: shape.parameterTypeOids, attempt }))
    .filter((other) => other.every((value, index) => isBound(index) || value !== values[index]));
  return [
    ...others.slice(0, mostTries).map((other): Again => ({ kind: "different", runs: [values, other] })),
    { kind: "same", runs: [values, values] },
  ];
}

const query = `
select md5(concat(
  (select string_agg(concat_ws(' ', i.indrelid::regclass, i.indkey, i.indclass, i.indcollation, i.indnullsnotdistinct,
     i.indimmediate, i.indisvalid, i.indisexclusion, i.indpred, i.indexprs), ';' order by i.indexrelid)
   from pg_index i where (i.indisunique or i.indisexclusion) and i.indexrelid >= 16384),
  (select string_agg(concat_ws(' ', d.adrelid::regclass, d.adnum, d.adbin), ';' order by d.oid) from pg_attrdef d)))`;

/** A print of what decides whether a write can be made again: unique indexes, exclusions and defaults. */
export async function printOfUniqueness(session: WireSession): Promise<string> {
  const { rows } = await session.execute(query);
  return rows[0]?.[0] ?? "";
}
