import { setTimeout as sleep } from "node:timers/promises";

/** Rejects when `work` is not done in time, with what it was. Whoever gave it in has to end it. */
export async function within<Result>(ms: number, what: string, work: Promise<Result>): Promise<Result> {
  const end = new AbortController();
  const tooLate = async (): Promise<never> => {
    await sleep(ms, undefined, { signal: end.signal });
    throw new Error(`${what} was not done after ${String(Math.round(ms / 1_000))} s`);
  };
  try {
    return await Promise.race([work, tooLate()]);
  } finally {
    end.abort();
  }
}
