import { connectAcquirer } from "../acquirer/client.ts";
import type { Context } from "../api/context.ts";
import { findRelease } from "../api/releases/all.ts";
import { apiStatements } from "../api/statements/all.ts";
import { openDatabase } from "../database/database.ts";
import { numberOf, readFlags, required } from "../platform/flags.ts";
import { announceReady, stopOnSignal } from "../platform/lifecycle.ts";
import { allJobs } from "./jobs/all.ts";
import { runJob } from "./run-job.ts";

// What the Payment API does without being asked, in a process of its own; any number of them may run at once.
//   --version 2.2.0   --database URL (or DATABASE_URL)   --acquirer URL   --public-url URL: of the api
//   --connections N   --acquirer-timeout-ms N   --recover-after-ms N   --recover-every-ms N
const flags = readFlags([
  "version",
  "database",
  "acquirer",
  "public-url",
  "connections",
  "acquirer-timeout-ms",
  "recover-after-ms",
  "recover-every-ms",
]);
const release = findRelease(required(flags, "version"));
const database = openDatabase({
  url: required(flags, "database", "DATABASE_URL"),
  application: `payments@${release.version}`,
  connections: numberOf(flags, "connections", 5),
});
const context: Context = {
  database,
  statements: apiStatements(release),
  release,
  acquirer: connectAcquirer({
    url: required(flags, "acquirer"),
    timeoutMs: numberOf(flags, "acquirer-timeout-ms", 3_000),
  }),
  publicUrl: required(flags, "public-url"),
};
await database.warmUp();
const stop = new AbortController();
const jobs = allJobs({
  recoverAfterMs: numberOf(flags, "recover-after-ms", 10_000),
  recoverEveryMs: numberOf(flags, "recover-every-ms", 2_000),
});
const running = Promise.all(jobs.map(async (job) => runJob(context, job, stop.signal)));
stopOnSignal(async () => {
  stop.abort();
  await running;
  await context.acquirer.close();
  await database.close();
});
announceReady({ process: "worker", version: release.version });
