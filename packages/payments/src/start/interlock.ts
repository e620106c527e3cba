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

/** It did not do what it was asked for, since it is blocked (1) or not known to be safe (3); the message is its own. */
export class InterlockRefusal extends Error {
  override name = "InterlockRefusal";
}

/**
 * Runs the `interlock` command as a pipeline does, and returns what it answers. Throws `InterlockRefusal` where it
 * refuses and answers nothing else, and an error with the command's own words when it fails.
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
  const words = complaint.trim() || `interlock ${args[0] ?? ""} ended with ${String(exitCode)}`;
  if (answer === "" && (exitCode === 1 || exitCode === 3)) throw new InterlockRefusal(words);
  if (answer === "" || exitCode === null || exitCode === 2) throw new Error(words);
  return { exitCode, answer: JSON.parse(answer.trim().split("\n").at(-1) ?? "") };
}
