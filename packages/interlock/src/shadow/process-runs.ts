import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether a process runs. One that has ended but was not yet collected by its parent (a zombie) does not. */
export async function processRuns(pid: number): Promise<boolean> {
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => "");
    // The state follows the program's name, which stands in parentheses and may hold anything.
    const state = stat.slice(stat.lastIndexOf(")") + 2)[0];
    return state !== undefined && state !== "Z" && state !== "X";
  }
  const { stdout } = await run("ps", ["-o", "stat=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}
