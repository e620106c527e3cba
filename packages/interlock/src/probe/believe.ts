import type { ErrorKind } from "../api/probes.ts";
import type { CheckResult } from "./check/outcome.ts";

/** What looks the same whether the service was slow or the worker was. */
const doubtful: ReadonlySet<ErrorKind> = new Set(["timeout", "slow", "connection"]);

/**
 * A result, or unknown where the worker itself was too late for it to say anything: by more than a quarter of the
 * check's time, or than 200 ms. An answer that is wrong is wrong however late it was read.
 */
export function believe(
  result: CheckResult,
  { lateMs, timeoutMs }: { lateMs: number; timeoutMs: number },
): CheckResult {
  if (result.outcome !== "failed" || result.errorKind === null || !doubtful.has(result.errorKind))
    return result;
  if (lateMs <= Math.max(200, timeoutMs / 4)) return result;
  return {
    outcome: "unknown",
    latencyMs: result.latencyMs,
    errorKind: "late-worker",
    error: `the worker itself was ${String(Math.round(lateMs))} ms late (${result.errorKind})`,
  };
}
