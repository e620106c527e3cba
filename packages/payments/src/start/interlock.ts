import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The `interlock` command of this clone. */
export const interlockBinary = fileURLToPath(
  new URL("bin/interlock.js", import.meta.resolve("pg-interlock/package.json")),
);

export interface InterlockAnswer {
  /** 0 go, 1 blocked, 3 unknown. */
  exitCode: number;
  /** The last line that it printed, as JSON. */
  answer: unknown;
}

/**
 * Runs the `interlock` command as a pipeline does, and returns what it answers. Throws with the command's own words
 * when it fails (exit code 2) or has nothing to say.
 */
export async function interlock(
  args: readonly string[],
  { environment = {}, signal }: { environment?: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<InterlockAnswer> {
  const child = spawn(process.execPath, [interlockBinary, ...args, "--json"], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let answer = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (answer += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const [exitCode] = (await once(child, "close")) as [number | null];
  if (answer === "" || exitCode === null || exitCode === 2)
    throw new Error(complaint.trim() || `interlock ${args[0] ?? ""} ended with ${String(exitCode)}`);
  return { exitCode, answer: JSON.parse(answer.trim().split("\n").at(-1) ?? "") };
}
