/**
 * How long a message rests after each failed attempt, in seconds: those of Standard Webhooks, over more than a day,
 * close together at first, because most receivers that fail are back within minutes.
 */
const rests = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** For a call of somebody who is needed now: until the next level is called anyway. */
const restsOfCalls = [1, 2, 4, 8, 15, 30, 60, 120] as const;

/**
 * Milliseconds until the next attempt after `attempts` of them, or undefined when there will be none. Each rest is
 * up to a fifth shorter or longer by `random` (0 to 1), so that what failed together doesn't come back together.
 */
export function restAfter(
  attempts: number,
  { urgent, random = Math.random() }: { urgent: boolean; random?: number },
): number | undefined {
  const rest = (urgent ? restsOfCalls : rests)[Math.max(0, attempts - 1)];
  return rest === undefined ? undefined : Math.round(rest * 1_000 * (0.8 + 0.4 * random));
}
