import type { Command } from "commander";
import type { ClientConfig } from "pg";
import { Failure } from "../std/failure.ts";
import type { PhaseName } from "../plan/plan.ts";
import type { ExecutorOptions } from "../ship/settings.ts";

/** The flags that ship, resume and rollback share. */
export interface ExecutorFlags {
  database?: string;
  lockBudget: string;
  wait: string;
  quiet: string;
  force?: string;
  acceptLoss?: boolean;
  jobs: string;
  ignoreStandby: string[];
  json: boolean;
}

export function addExecutorFlags(command: Command): Command {
  return addDatabaseFlag(command)
    .option("--lock-budget <duration>", "how long a step may keep a live statement waiting", "250ms")
    .option("--wait <duration>", "how long versions that must have gone are waited for", "5min")
    .option(
      "--quiet <duration>",
      "how long no statement that contract would break must have run, by pg_stat_statements",
      "10s",
    )
    .option(
      "--jobs <number>",
      "how many sessions fill tables at once while nobody else uses the database",
      "2",
    )
    .option(
      "--ignore-standby <name...>",
      "standbys that a backfill does not wait for, by their application_name, such as one that is behind on purpose",
      [],
    )
    .option("--force <reason>", "go on in spite of what is waited for; the reason is kept in the journal");
}

export function addDatabaseFlag(command: Command): Command {
  return command
    .option("--database <url>", "the database itself, not a pooler (default: DATABASE_URL)")
    .option("--json", "one JSON object per line on standard output", false);
}

export function readExecutorFlags(flags: ExecutorFlags): ExecutorOptions {
  if (flags.force !== undefined && flags.force.trim() === "") {
    throw new Failure({
      code: "reason-missing",
      message: "--force needs a reason.",
      why: "The journal keeps why somebody went on without waiting.",
      state: "Nothing was changed.",
      next: 'Write it as --force "the session of payments@2.2.0 is a report that only reads".',
    });
  }
  return {
    connection: readConnection(flags),
    lockBudgetMs: readDuration(flags.lockBudget, "--lock-budget"),
    versionsWaitMs: readDuration(flags.wait, "--wait"),
    backfill: { jobs: readJobs(flags.jobs), ignoredStandbys: flags.ignoreStandby },
    quietMs: readDuration(flags.quiet, "--quiet"),
    acceptLoss: flags.acceptLoss === true,
    ...(flags.force === undefined ? {} : { force: { reason: flags.force.trim() } }),
  };
}

/** `--change`, where it is given. */
export function whichChange({ change }: { change?: string }): { change?: string } {
  return change === undefined ? {} : { change };
}

const mostJobs = 32;

function readJobs(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= mostJobs) return jobs;
  throw new Failure({
    code: "jobs-not-valid",
    message: `--jobs "${text}" is not a number of sessions.`,
    state: "Nothing was changed.",
    next: `Write a whole number from 1 to ${String(mostJobs)}.`,
  });
}

export function readConnection({ database }: { database?: string }): ClientConfig {
  const connectionString = database ?? process.env["DATABASE_URL"] ?? "";
  if (connectionString !== "") return { connectionString };
  throw new Failure({
    code: "no-database-url",
    message: "There is no database to work on.",
    why: "Neither --database nor the variable DATABASE_URL is given.",
    state: "Nothing was changed.",
    next: "Add --database postgres://user:password@host:5432/database.",
  });
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, m: 60_000, h: 3_600_000 };

/** `250ms`, `5s`, `5min`, `1h` as milliseconds. */
export function readDuration(text: string, flag: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)$/.exec(text.trim()) ?? [];
  const milliseconds = Math.round(Number(number) * (units[unit] ?? 0));
  // Timers and PostgreSQL's own timeouts hold no more than this.
  if (number !== "" && milliseconds <= 2_147_483_647 && (milliseconds > 0 || flag === "--wait"))
    return milliseconds;
  throw new Failure({
    code: "duration-not-valid",
    message: `${flag} "${text}" is not a duration.`,
    state: "Nothing was changed.",
    next: "Write a number and a unit: 250ms, 5s, 5min, 1h.",
  });
}

/** `--to`: `expand` is as far as both versions work, which takes the phases expand and migrate. */
export function readTarget(to: string | undefined): PhaseName | undefined {
  if (to === undefined) return undefined;
  if (to === "expand") return "migrate";
  if (to === "contract") return "contract";
  throw new Failure({
    code: "target-not-valid",
    message: `--to "${to}" is not a place to go to.`,
    state: "Nothing was changed.",
    next: "Write --to expand (both versions work then) or --to contract (the whole change).",
  });
}
