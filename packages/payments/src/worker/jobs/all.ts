import type { Job } from "../job.ts";
import type { WorkerSettings } from "../settings.ts";
import { recoverOperations } from "./recover-operations.ts";

/** Everything that the worker does, each in a loop of its own. */
export function allJobs(settings: WorkerSettings): Job[] {
  return [recoverOperations(settings)];
}
