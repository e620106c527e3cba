import { spawn } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";

const binary = fileURLToPath(new URL("bin/interlock.js", import.meta.resolve("pg-interlock/package.json")));

/**
 * Runs the `interlock` command as a user would, and returns what it answers as JSON. It gives way to the
 * platform, which has the same two cores. Throws with the command's own words when it fails (exit code 2).
 */
export async function interlock(args: readonly string[], signal: AbortSignal): Promise<unknown> {
  const child = spawn(process.execPath, [binary, ...args, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  if (child.pid !== undefined) setPriority(child.pid, 19);
  let answer = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (answer += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (answer === "")
    throw new Error(complaint.trim() || `interlock ${args[0] ?? ""} ended with ${String(code)}`);
  return JSON.parse(answer);
}
