import type { RunOptions } from "./run.ts";
export async function runProtected(_options: RunOptions & { once: boolean }): Promise<boolean> {
  throw new Error("not yet");
}
