import { readdir, readFile } from "node:fs/promises";

const tickMs = 10;

/** Processor time of a process and of everything below it so far, in ms; null where the system does not say (no /proc). */
export async function processorTimeMs(pid: number): Promise<number | null> {
  const own = await readStat(pid);
  if (own === undefined) return null;
  const everyone = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(everyone.map(async (name) => readStat(Number(name))));
  let sum = own.ticks + own.childTicks;
  for (const stat of stats) if (stat?.parent === pid) sum += stat.ticks;
  return sum * tickMs;
}

interface Stat {
  parent: number;
  ticks: number;
  childTicks: number;
}

async function readStat(pid: number): Promise<Stat | undefined> {
  try {
    const text = await readFile(`/proc/${String(pid)}/stat`, "utf8");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [, parent = 0] = fields;
    const at = (place: number): number => fields[place] ?? 0;
    return { parent, ticks: at(11) + at(12), childTicks: at(13) + at(14) };
  } catch {
    // It has ended meanwhile, or there is no /proc.
    return undefined;
  }
}
