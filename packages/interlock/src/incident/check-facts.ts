import { Failure } from "../std/failure.ts";

export interface Moments {
  startedAt: Date;
  detectedAt: Date;
  recoveredAt: Date | null;
  endedAt: Date | null;
}

/** Clocks differ by this much at most before a moment is taken for one to come. */
const clocksDifferMs = 5_000;

/** How late something may be told without being marked as backdated: about as long as writing and reading it over takes. */
const promptlyMs = 5 * 60_000;

/** A moment that somebody gave. Throws `Failure` "facts-not-coherent" for one to come. */
export function requirePast(what: string, at: Date, now: Date): Date {
  if (at.getTime() > now.getTime() + clocksDifferMs) {
    throw notCoherent(`${what} is ${at.toISOString()}, and it is ${now.toISOString()} now.`);
  }
  return at > now ? now : at;
}

/** Whether what happened at a moment was told of long after. */
export function isBackdated(at: Date, toldAt: Date): boolean {
  return toldAt.getTime() - at.getTime() > promptlyMs;
}

/** Start ≤ recovery ≤ end, and nothing is to come. Throws `Failure` "facts-not-coherent" that names what is not so. */
export function checkMoments({ startedAt, detectedAt, recoveredAt, endedAt }: Moments, now: Date): void {
  const known: [string, Date | null][] = [
    ["The start", startedAt],
    ["The recovery", recoveredAt],
    ["The end", endedAt],
  ];
  requirePast("The detection", detectedAt, now);
  let before: [string, Date] | undefined;
  for (const [what, at] of known) {
    if (at === null) continue;
    requirePast(what, at, now);
    if (before !== undefined && at < before[1]) {
      throw notCoherent(
        `${what} (${at.toISOString()}) is before ${before[0].toLowerCase()} (${before[1].toISOString()}).`,
      );
    }
    before = [what, at];
  }
}

function notCoherent(why: string): Failure {
  return new Failure({
    code: "facts-not-coherent",
    message: "These facts can't all be true.",
    why,
    state: "Nothing was changed.",
    next: "Give moments that follow each other and are not to come: start, recovery, end.",
  });
}
