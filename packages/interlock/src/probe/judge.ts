import type { Outcome, ProbeState } from "../api/probes.ts";

/** What a probe's state is decided by. */
export interface JudgeSettings {
  intervalMs: number;
  timeoutMs: number;
  failsAfter: number;
  recoversAfter: number;
  leastWorkers: number;
}

export interface JudgedResult {
  worker: string;
  at: Date;
  outcome: Outcome;
}

export interface Judgement {
  state: ProbeState;
  /** The first failed result of trouble that is confirmed and not over. */
  failingSince: Date | null;
  /** The last confirmed changes between passing and failing. */
  turns: Date[];
}

/** So many confirmed changes in so short a time are flapping. */
export const flappingTurns = 4;
const flappingWithinMs = 10 * 60_000;

/** Good results, one after the other, that end flapping: a minute of them at least. */
export function calmResults({ intervalMs, recoversAfter }: JudgeSettings): number {
  return Math.min(100, Math.max(2 * recoversAfter, Math.ceil(60_000 / intervalMs)));
}

/** How many of a worker's results a judgement may need. */
export function neededResults(settings: JudgeSettings): number {
  return Math.max(settings.failsAfter, settings.recoversAfter, calmResults(settings));
}

/** A worker whose last result that says anything is older has nothing to say. */
export function freshMs({ intervalMs, timeoutMs }: Pick<JudgeSettings, "intervalMs" | "timeoutMs">): number {
  return 3 * intervalMs + timeoutMs + 2_000;
}

interface Streak {
  failed: number;
  ok: number;
  since: Date;
}

/**
 * The state of a probe, from its last results (of every worker, in any order) and what it was. Failing takes
 * `failsAfter` failures one after the other with `leastWorkers` of the workers that reported lately, or all of them
 * where there are fewer; passing again takes as many good ones that it could not be failing. What lies between
 * changes nothing. Results that are unknown count for nothing, and a worker that is silent is none.
 */
export function judge(
  known: Judgement,
  { settings, results, now }: { settings: JudgeSettings; results: readonly JudgedResult[]; now: Date },
): Judgement {
  const streaks = streaksOf(results, now.getTime() - freshMs(settings));
  if (streaks.length === 0) return { ...known, state: "unknown" };
  const quorum = Math.min(settings.leastWorkers, streaks.length);
  const failing = streaks.filter(({ failed }) => failed >= settings.failsAfter);
  const passingAfter = (count: number): boolean =>
    streaks.length - streaks.filter(({ ok }) => ok >= count).length < quorum;
  if (known.failingSince === null) {
    if (failing.length >= quorum) {
      const first = Math.min(...failing.map(({ since }) => since.getTime()));
      return turn(known, { to: "failing", failingSince: new Date(first), now });
    }
    // Nothing is wrong that is confirmed; what is not known yet passes with the first good result.
    return known.state === "unknown" && !passingAfter(1) ? known : { ...known, state: "passing" };
  }
  const isFlapping = recentTurns(known.turns, now).length >= flappingTurns;
  if (passingAfter(isFlapping ? calmResults(settings) : settings.recoversAfter)) {
    return turn(known, { to: "passing", failingSince: null, now });
  }
  return { ...known, state: isFlapping ? "flapping" : "failing" };
}

function turn(
  { turns }: Judgement,
  { to, failingSince, now }: { to: "failing" | "passing"; failingSince: Date | null; now: Date },
): Judgement {
  const recent = [...recentTurns(turns, now), now].slice(-10);
  const state = to === "failing" && recent.length >= flappingTurns ? "flapping" : to;
  return { state, failingSince, turns: recent };
}

function recentTurns(turns: readonly Date[], now: Date): Date[] {
  return turns.filter((at) => now.getTime() - at.getTime() <= flappingWithinMs);
}

/** For each worker that reported lately: how many failures or good results its last ones are, one after the other. */
function streaksOf(results: readonly JudgedResult[], freshFrom: number): Streak[] {
  const workers = new Map<string, JudgedResult[]>();
  for (const result of results) {
    if (result.outcome === "unknown") continue;
    workers.set(result.worker, [...(workers.get(result.worker) ?? []), result]);
  }
  return [...workers.values()].flatMap((own) => {
    const latest = own.toSorted((left, right) => right.at.getTime() - left.at.getTime());
    const [last] = latest;
    if (last === undefined || last.at.getTime() < freshFrom) return [];
    const end = latest.findIndex(({ outcome }) => outcome !== last.outcome);
    const run = end === -1 ? latest : latest.slice(0, end);
    const isOk = last.outcome === "ok";
    return [{ failed: isOk ? 0 : run.length, ok: isOk ? run.length : 0, since: run.at(-1)?.at ?? last.at }];
  });
}
