import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../api/context.ts";
import { reportSparingly } from "../platform/report.ts";
import type { Job } from "./job.ts";

const longestPauseMs = 30_000;

/**
 * Runs a job until `signal` is aborted, at once again as long as it finds something to do. A run that fails is
 * reported and followed by a pause, which doubles with every failure in a row; other jobs don't notice.
 */
export async function runJob(context: Context, job: Job, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let pauseMs = job.everyMs;
    try {
      const done = await job.run(context, signal);
      failures = 0;
      if (done > 0) continue;
    } catch (error) {
      reportSparingly(job.name, { event: "job-failed", job: job.name, message: String(error) });
      failures += 1;
      pauseMs = Math.min(longestPauseMs, Math.max(pauseMs, 100 * 2 ** failures));
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
