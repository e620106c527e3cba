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
//   --challenge-ms N   --challenges-every-ms N   --expire-every-ms N
//   --notification-timeout-ms N   --notification-lease-ms N
//   --retry-scale N: rests between attempts to notify are this many times as long
//   --loopback-receivers allowed: notifications in test mode may go to this machine
//   NOTIFICATION_SECRET: what signatures are derived from, newest first, separated by commas
const flags = readFlags([
  "version",
  "database",
  "acquirer",
  "public-url",
  "connections",
  "acquirer-timeout-ms",
  "recover-after-ms",
  "recover-every-ms",
  "challenge-ms",
  "challenges-every-ms",
  "expire-every-ms",
  "notification-timeout-ms",
  "notification-lease-ms",
  "retry-scale",
  "loopback-receivers",
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
  challengeMs: numberOf(flags, "challenge-ms", 15 * 60_000),
  challengesEveryMs: numberOf(flags, "challenges-every-ms", 15_000),
  expireEveryMs: numberOf(flags, "expire-every-ms", 10_000),
  notificationTimeoutMs: numberOf(flags, "notification-timeout-ms", 10_000),
  notificationLeaseMs: numberOf(flags, "notification-lease-ms", 30_000),
  retryScale: numberOf(flags, "retry-scale", 1),
  allowLoopback: flags["loopback-receivers"] === "allowed",
});
const running = Promise.all(jobs.map(async (job) => runJob(context, job, stop.signal)));
stopOnSignal(async () => {
  stop.abort();
  await running;
  await context.acquirer.close();
  await database.close();
});
announceReady({ process: "worker", version: release.version });
