import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure } from "../packages/interlock/src/std/failure.ts";

/** What PostgreSQL said of a pair when each statement was described in each state; see the corpus' README. */
interface Expected {
  order: "any" | "schema-first" | "app-first" | "split";
  breaks: { statement: string; file: string; kind: string; sqlstate: string; message: string }[];
  shape: { statement: string; file: string }[];
  newStatementsNeedingChange: string[];
  badAtBaseline: number;
  failedFiles: string[];
}

/** Two consecutive releases, with the migrations between them. */
export interface Pair {
  from: string;
  to: string;
  baseline: string[];
  change: string[];
  old: string;
  new: string;
  expected: Expected;
}

export interface Corpus {
  directory: string;
  pairs: Pair[];
}

/** Where the corpora are: beside the repository, or where INTERLOCK_SHARED says. */
function corpusDirectory(): string {
  const shared = process.env["INTERLOCK_SHARED"] ?? resolve(import.meta.dirname, "../../shared");
  return join(shared, "corpus", "minder");
}

/** Throws `Failure` "corpus-not-found". */
export async function readCorpus(): Promise<Corpus> {
  const directory = corpusDirectory();
  const file = join(directory, "pairs.json");
  if (!existsSync(file)) {
    throw new Failure({
      code: "corpus-not-found",
      message:
        "The release histories are not there: the bench looks for shared/corpus/minder/pairs.json beside the repository. Set INTERLOCK_SHARED to the folder that holds corpus/.",
    });
  }
  return { directory, pairs: JSON.parse(await readFile(file, "utf8")) as Pair[] };
}
