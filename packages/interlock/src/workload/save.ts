import { existsSync } from "node:fs";
import { Failure } from "../std/failure.ts";
import { mergeStatements } from "./merge.ts";
import { readWorkload } from "./read.ts";
import { appVersion, type Workload } from "./workload.ts";
import { writeWorkload } from "./write.ts";

interface Place {
  app: string;
  version: string;
  path: string;
  /** Start anew, whatever the file holds. */
  replace: boolean;
}

/**
 * The statements that a workload file holds already; none where it is not there or is to be replaced. Throws
 * `Failure` "workload-of-another-version", or as `readWorkload` does.
 */
export async function readEarlier({ app, version, path, replace }: Place): Promise<Workload["statements"]> {
  if (replace || !existsSync(path)) return [];
  const earlier = await readWorkload(path);
  if (earlier.app === app && earlier.version === version) return earlier.statements;
  throw new Failure({
    code: "workload-of-another-version",
    message: `${path} holds the workload of ${appVersion(earlier)}, not of ${appVersion({ app, version })}.`,
    why: "What two versions send must stay apart: a check asks which of them a change breaks.",
    state: "Nothing was run.",
    next: "Choose another file with --out, or overwrite this one with --replace.",
  });
}

/** Writes a workload, added to what its file holds unless that is to be replaced. */
export async function saveWorkload({
  path,
  workload,
  replace,
}: {
  path: string;
  workload: Workload;
  replace: boolean;
}): Promise<{ inFile: number; added: number }> {
  const earlier = await readEarlier({ ...workload, path, replace });
  const statements = mergeStatements(earlier, workload.statements);
  await writeWorkload(path, { ...workload, statements });
  return { inFile: statements.length, added: statements.length - earlier.length };
}
