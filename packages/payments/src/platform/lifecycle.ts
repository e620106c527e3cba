import { setTimeout as sleep } from "node:timers/promises";
import { report } from "./report.ts";

const longestStopMs = 15_000;

/** Says on stdout that this process does its work now. */
export function announceReady(facts: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ ready: true, ...facts })}\n`);
}

/**
 * Runs `stop` once, at the first SIGTERM or SIGINT, then exits: 0 when it ended well, 1 when it failed
 * or took longer than 15 s. With `--supervised`, the end of stdin means that the parent has gone, even
 * by kill -9, and stops the process as well: nothing is left behind.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const begin = (): void => {
    if (stopping) return;
    stopping = true;
    void sleep(longestStopMs, undefined, { ref: false }).then(() => process.exit(1));
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        report({ event: "stop-failed", message: String(error) });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", begin);
  process.on("SIGINT", begin);
  if (process.argv.includes("--supervised")) {
    process.stdin.on("end", begin).on("error", begin);
    process.stdin.resume();
  }
}
