import { Backoff } from "../database/backoff.ts";
import type { Log } from "../std/log.ts";
import { factsOf } from "../std/failure.ts";
import type { Work } from "./work.ts";

/** Work that ran this long before it failed is begun again without a long pause. */
const steadyMs = 60_000;

/**
 * Runs work until the signal is aborted, again and again when it fails, with pauses that grow to 30 seconds.
 * Returns when every piece has ended; never rejects.
 */
export async function runWork(
  work: readonly Work[],
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<void> {
  await Promise.all(work.map((piece) => keepRunning(piece, { signal, log })));
}

async function keepRunning(
  { name, run }: Work,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<void> {
  let backoff = newBackoff();
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await run(signal);
      // Work that has nothing more to do, before it was asked to end.
      return;
    } catch (error) {
      if (signal.aborted) return;
      const { code, message, why } = factsOf(error);
      log.warn({ work: name, code, why }, `${name} stopped and is begun again: ${message}`);
    }
    if (performance.now() - startedAt > steadyMs) backoff = newBackoff();
    await backoff.pause(signal).catch(() => undefined);
  }
}

function newBackoff(): Backoff {
  return new Backoff({ firstMs: 250, capMs: 30_000, forMs: Number.POSITIVE_INFINITY });
}
