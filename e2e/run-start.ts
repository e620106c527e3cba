import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const startMain = join(import.meta.dirname, "../packages/payments/src/start/main.ts");
const small = ["--once", "--payments", "2000", "--rate", "15", "--pos-rate", "5"];
// Nobody looks on, so it need not be watched for as long.
const brisk = ["--quiet-seconds", "2", "--pace", "0.3"];

/** `npm start` with a small platform and little traffic, so that a busy machine can keep up with it. It keeps its data in `cache`. */
export async function runStart(
  cache: string,
  flags: readonly string[] = [],
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [startMain, ...small, ...brisk, ...flags], {
    env: { ...process.env, INTERLOCK_CACHE: cache },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text };
}

/** Data of servers that have ended may be held a moment longer. */
export const removing = { recursive: true, force: true, maxRetries: 50, retryDelay: 100 } as const;
