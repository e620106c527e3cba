import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

export const startMain = join(import.meta.dirname, "../packages/payments/src/start/main.ts");
const small = ["--once", "--payments", "2000", "--rate", "15", "--pos-rate", "5"];
// Nobody looks on, so it need not be watched for as long.
const brisk = ["--quiet-seconds", "2", "--pace", "0.3"];

/** For tests only: `npm start` with a small platform and little traffic, so that a busy machine can keep up with it. */
export interface Started {
  /** Where it keeps its data; gone after the tests. */
  readonly cache: string;
  run(...flags: string[]): Promise<{ code: number | null; text: string }>;
}

export function useStart(): Started {
  let cache = "";
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), "il-"));
  });
  afterAll(async () => {
    await rm(cache, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  });
  return {
    get cache() {
      return cache;
    },
    async run(...flags) {
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
    },
  };
}
