import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** One pair of consecutive releases of the corpus; paths are relative to its directory. */
export interface Pair {
  from: string;
  to: string;
  baseline: string[];
  change: string[];
  old: string;
  new: string;
  expected: { order: string };
}

/** Where the corpus lies: beside the repository, or where INTERLOCK_CORPUS says. Undefined where it is not there. */
export function corpusDirectory(): string | undefined {
  const directory = resolve(
    process.env["INTERLOCK_CORPUS"] ?? join(import.meta.dirname, "../../../shared/corpus"),
    "minder",
  );
  return existsSync(join(directory, "pairs.json")) ? directory : undefined;
}

/** The pairs that can be deployed in neither order. */
export async function readSplitPairs(directory: string): Promise<Pair[]> {
  const text = await readFile(join(directory, "pairs.json"), "utf8");
  const value = JSON.parse(text) as Pair[] | { pairs: Pair[] };
  return (Array.isArray(value) ? value : value.pairs).filter(({ expected }) => expected.order === "split");
}
