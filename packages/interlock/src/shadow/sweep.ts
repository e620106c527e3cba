import { execFile } from "node:child_process";
import { readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { sleep } from "../std/sleep.ts";
import { serversDirectories } from "./directories.ts";
import { keeperFile, takesLeases } from "./lease.ts";
import { processRuns } from "./process-runs.ts";
import { startTimeoutMs } from "./server.ts";

const run = promisify(execFile);
const stopTimeoutMs = 10_000;

/**
 * Stops and removes every throwaway server whose keeper has gone: after a kill -9 of the keeper, nothing
 * else would. A server whose keeper lives is left alone. Returns how many were removed.
 */
export async function sweepServers(): Promise<number> {
  let removed = 0;
  for (const servers of serversDirectories()) {
    for (const name of await readdir(servers)) {
      const directory = join(servers, name);
      if (await keeperLives(directory)) continue;
      await endLeftover(join(directory, "data"));
      await rm(directory, { recursive: true, force: true });
      removed += 1;
    }
  }
  return removed;
}

/** Stops the server that still runs on a data folder, if there is one, and waits until it has gone. */
export async function endLeftover(data: string): Promise<void> {
  const file = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(file, 10);
  // A process number is used again in time: only a process that runs on this very folder is ours.
  if (!Number.isInteger(pid) || pid <= 1 || !(await runsOn(pid, data))) return;
  const deadline = Date.now() + stopTimeoutMs;
  signal(pid, "SIGINT");
  while (await runsOn(pid, data)) {
    if (Date.now() > deadline) signal(pid, "SIGQUIT");
    await sleep(20);
  }
}

async function keeperLives(directory: string): Promise<boolean> {
  const text = await readFile(keeperFile(directory), "utf8").catch(() => undefined);
  // A folder without the file is being made or being removed at this moment by its keeper or its caller.
  if (text === undefined || text === "") return true;
  const { pid } = JSON.parse(text) as { pid: number };
  if (!(await processRuns(pid))) return false;
  // The number may be another process's by now: a keeper that is up takes leases, one that starts is young.
  const written = await stat(keeperFile(directory)).catch(() => undefined);
  // Gone since it was read: its keeper removes the folder at this moment.
  if (written === undefined || Date.now() - written.mtimeMs < startTimeoutMs) return true;
  return takesLeases(directory);
}

async function runsOn(pid: number, data: string): Promise<boolean> {
  if (process.platform === "linux") {
    return (await readlink(`/proc/${String(pid)}/cwd`).catch(() => "")) === data;
  }
  const { stdout } = await run("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.includes(data);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
