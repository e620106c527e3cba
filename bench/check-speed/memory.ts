import { readdirSync, readFileSync, statfsSync } from "node:fs";

/**
 * Watches what a process and all below it hold of the memory, and every throwaway server that is up: their
 * proportional share (PSS), and what has been put on the file system in memory since. So it is right only while
 * nobody else has servers up. Linux only; `peakMb` is null elsewhere.
 */
export function watchMemory(pid: number): { stop(): { peakMb: number | null } } {
  if (process.platform !== "linux") return { stop: () => ({ peakMb: null }) };
  const before = usedInMemory();
  let peak = 0;
  const look = (): void => {
    const shares = family(pid).reduce((sum, one) => sum + shareOf(one), 0);
    peak = Math.max(peak, shares + Math.max(0, usedInMemory() - before));
  };
  const timer = setInterval(look, 100);
  return {
    stop() {
      clearInterval(timer);
      return { peakMb: Math.round(peak / 2 ** 20) };
    },
  };
}

function family(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (parent > 0) parents.set(Number(name), parent);
  }
  const keepers = [...parents.keys()].filter((pid) => isKeeper(read(`/proc/${String(pid)}/cmdline`)));
  const members = new Set([root, ...keepers]);
  for (const one of members) for (const [pid, parent] of parents) if (parent === one) members.add(pid);
  return [...members];
}

function isKeeper(command: string): boolean {
  return /\/keeper\.[tj]s\0/.test(command);
}

function shareOf(pid: number): number {
  const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${String(pid)}/smaps_rollup`)) ?? [];
  return Number(kilobytes) * 1_024;
}

function usedInMemory(): number {
  const { blocks, bfree, bsize } = statfsSync("/dev/shm");
  return (blocks - bfree) * bsize;
}

/** Empty for a process that has just ended. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
