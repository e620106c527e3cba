import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { sleep } from "../../packages/interlock/src/std/sleep.ts";
import type { Site } from "./site.ts";

/** How long live statements took, in milliseconds from when they were due. */
export interface Latency {
  statements: number;
  failed: number;
  p50: number;
  p99: number;
  longest: number;
}

/** Traffic that comes steadily, for as long as `work` takes. */
export async function withWriters<T>(
  site: Site,
  { database, rate, work }: { database: string; rate: number; work: () => Promise<T> },
): Promise<{ value: T; latency: Latency }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "writers.ts"), JSON.stringify(site.address(database)), String(rate)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const said = text(child.stdout);
  try {
    await sleep(500);
    const value = await work();
    child.stdin.end();
    return { value, latency: JSON.parse(await said) as Latency };
  } finally {
    child.stdin.end();
    await said;
  }
}
