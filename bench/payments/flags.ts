import { parseArgs } from "node:util";

/** What each load process is told: how many at once, for how long, what they do, and, if any, how often. */
export interface LoadFlags {
  /** Where the Payment API is; plain clients don't need it. */
  api: string;
  concurrency: number;
  seconds: number;
  step: "create" | "full";
  /** Payments a second; 0: each comes back as soon as it has been served. */
  rate: number;
}

export function readLoadFlags(): LoadFlags {
  const { values } = parseArgs({
    options: {
      api: { type: "string", default: "" },
      concurrency: { type: "string", default: "16" },
      seconds: { type: "string", default: "5" },
      step: { type: "string", default: "create" },
      rate: { type: "string", default: "0" },
    },
  });
  return {
    api: values.api,
    concurrency: Number(values.concurrency),
    seconds: Number(values.seconds),
    step: values.step === "full" ? "full" : "create",
    rate: Number(values.rate),
  };
}

/** What a load process prints when it is done: one line of JSON. */
export interface LoadResult {
  done: number;
  failed: number;
  seconds: number;
  /** Processor time of the load process itself. */
  cpuMs: number;
  latencyMs: Record<string, { p50: number | null; p99: number | null }>;
}

/** Answered or not within the measured time: what `concurrency` workers do again and again. */
export async function repeat(
  { concurrency, seconds, rate }: LoadFlags,
  work: () => Promise<boolean>,
): Promise<Pick<LoadResult, "done" | "failed" | "seconds" | "cpuMs">> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const untilMs = started + seconds * 1_000;
  let due = 0;
  let done = 0;
  let failed = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      if (rate > 0) {
        const dueMs = started + (due++ * 1_000) / rate;
        const pauseMs = dueMs - performance.now();
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
        if (performance.now() >= untilMs) return;
      }
      if (await work()) done += 1;
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const { user, system } = process.cpuUsage(cpu);
  return { done, failed, seconds: (performance.now() - started) / 1_000, cpuMs: (user + system) / 1_000 };
}
