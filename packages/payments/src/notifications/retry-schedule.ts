/**
 * How long a notification rests after each failed attempt, in seconds: 11 attempts over a day, close together at
 * first, because most receivers that fail are back within minutes.
 */
const rests = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800] as const;

/** A receiver that says so is never asked again about the same thing. */
const gone = 410;

/**
 * Seconds until the next attempt after `attempts` of them, or undefined when there will be none. Each rest is up
 * to a fifth shorter or longer, by `random` (0 to 1), so that what failed together doesn't come back together.
 * `scale` shortens all of them, for tests.
 */
export function restAfter({
  attempts,
  statusCode,
  scale,
  random,
}: {
  attempts: number;
  statusCode: number;
  scale: number;
  random: number;
}): number | undefined {
  const rest = rests[attempts - 1];
  if (rest === undefined || statusCode === gone) return undefined;
  return rest * (0.8 + 0.4 * random) * scale;
}
