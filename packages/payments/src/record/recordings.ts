import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, relative } from "node:path";
import { changes } from "../changes/changes.ts";

const terminals = "terminals@1.0.0";

/** The file that an app version's workload is recorded into: beside the change that leads to it, or the first one. */
export function recordingOf(app: string): string {
  const change = changes.find(({ to }) => app === `payments@${to}`) ?? changes[0];
  if (change === undefined) throw new Error("there are no changes");
  const file = change.workload(app);
  mkdirSync(dirname(file), { recursive: true });
  return file;
}

/**
 * Gives every change the workloads of both its versions and of the terminals, as links to where they were
 * recorded, so that each recording is kept once.
 */
export function linkWorkloads(): void {
  for (const change of changes.slice(1)) {
    for (const app of [`payments@${change.from}`, terminals]) {
      const link = change.workload(app);
      const recording = recordingOf(app);
      mkdirSync(dirname(link), { recursive: true });
      if (existsSync(link) && lstatSync(link).isSymbolicLink()) continue;
      rmSync(link, { force: true });
      symlinkSync(relative(dirname(link), recording), link);
    }
  }
}
