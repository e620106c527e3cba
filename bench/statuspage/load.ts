import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What wrk measured. */
export interface Load {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
}

/** Sends requests as fast as they are answered, for a while, over some connections. Needs wrk (apt-get install wrk). */
export async function load(
  url: string,
  {
    seconds,
    connections,
    headers,
  }: { seconds: number; connections: number; headers: Readonly<Record<string, string>> },
): Promise<Load> {
  const { stdout } = await run("wrk", [
    "--latency",
    "-t1",
    `-c${String(connections)}`,
    `-d${String(seconds)}s`,
    ...Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    url,
  ]);
  const number = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  const errors =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout)?.slice(1) ?? [];
  const failed =
    errors.reduce((sum, each) => sum + Number(each), 0) + (number(/Non-2xx or 3xx responses: (\d+)/) || 0);
  return {
    requestsPerSecond: Math.round(number(/Requests\/sec:\s+([\d.]+)/)),
    p50Ms: milliseconds(/\s50%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    p99Ms: milliseconds(/\s99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    failed,
  };
}

function milliseconds(found: RegExpExecArray | null): number {
  const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000 };
  return Math.round(Number(found?.[1]) * (units[found?.[2] ?? ""] ?? Number.NaN) * 100) / 100;
}
