import { sleep } from "../std/sleep.ts";

/** Waits, and no longer than until the signal is aborted; the caller looks at the signal next. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, signal);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
