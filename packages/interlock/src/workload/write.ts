import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure, messageOf } from "../std/failure.ts";
import type { Workload } from "./workload.ts";

/** Writes a workload file, whole or not at all. Throws `Failure` "workload-not-written". */
export async function writeWorkload(path: string, workload: Workload): Promise<void> {
  const staging = `${path}.${String(process.pid)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(staging, `${JSON.stringify(workload, undefined, 2)}\n`, { flag: "wx" });
    await rename(staging, path);
  } catch (error) {
    await rm(staging, { force: true });
    throw new Failure({
      code: "workload-not-written",
      message: `The workload ${path} can't be written.`,
      why: messageOf(error),
      state: "What was recorded is lost; a file that was there before is as it was.",
      next: "Choose another place with --out and record again.",
      cause: error,
    });
  }
}
