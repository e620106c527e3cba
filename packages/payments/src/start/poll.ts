import { setTimeout as sleep } from "node:timers/promises";

const everyMs = 100;

/** Looks again and again until there is something; undefined when `withinMs` have passed without. */
export async function poll<Found>(
  look: () => Promise<Found | undefined>,
  { withinMs, signal }: { withinMs: number; signal: AbortSignal },
): Promise<Found | undefined> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() >= until) return found;
    await sleep(everyMs, undefined, { signal });
  }
}
