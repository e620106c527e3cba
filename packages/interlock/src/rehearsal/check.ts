import { applyMigration } from "../migration/apply.ts";
import type { Migration } from "../migration/migration.ts";
import { asApplied, readEarlierMigrations, readMigrations } from "../migration/read.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { Failure } from "../std/failure.ts";
import { readWorkload } from "../workload/read.ts";
import type { Running } from "../workload/running/read-running.ts";
import type { Workload } from "../workload/workload.ts";
import { makeBaseline } from "./baseline.ts";
import { checkOnBaseline, type CheckInput } from "./check-on-baseline.ts";
import type { Limits } from "./sandbox/limits.ts";
import type { CheckReport } from "./report/check-report.ts";
import type { Deploy } from "./report/judgement.ts";

export interface CheckOptions {
  /** Files and directories, in the order in which they will run; or migrations that were read already. */
  migrations: readonly (string | Migration)[];
  /** Workloads of versions that run now: paths of files, or workloads. */
  old?: readonly (string | Workload)[];
  /** What runs on a database now: its workload is one of the old ones, and what could not be read of it is said. */
  running?: Running;
  /** Workloads of versions to come. */
  new?: readonly (string | Workload)[];
  /** What the database has already. By default what stands before the first migration in its directory, if it was read from there. */
  baseline?: readonly (string | Migration)[];
  deploy?: Deploy;
  /** A shadow that is open and stays so; without one, one is opened as the next two say. */
  shadow?: Shadow;
  shadowUrl?: string;
  /** How long the embedded shadow stays up for the next check, in milliseconds. */
  keepShadowMs?: number;
  signal?: AbortSignal;
  /** What the SQL may take of the machine. */
  limits?: Limits;
}

/**
 * Rehearses migrations on a shadow underneath workloads, and says in which order structure and application
 * may be deployed and whether deploying as asked is safe.
 *
 * A migration of the change that does not apply makes the verdict unknown. Throws a `Failure` for what could
 * not even be tried: a file that can't be read, SQL that does not parse, a baseline that does not apply, a
 * shadow that can't be reached.
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const startedAt = performance.now();
  const [read, opened] = await Promise.allSettled([readInput(options), options.shadow ?? open(options)]);
  if (opened.status === "rejected") throw read.status === "rejected" ? read.reason : opened.reason;
  const shadow = opened.value;
  try {
    if (read.status === "rejected") throw read.reason;
    const input = read.value;
    const baseline = await makeBaseline({
      shadow,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      texts: input.baseline.map(({ text }) => text),
      apply: async (client) => {
        for (const migration of input.baseline) await applyMigration(client, migration);
      },
    });
    const deploy = options.deploy ?? "schema-first";
    return await checkOnBaseline({ shadow, baseline, input, deploy, startedAt, signal: options.signal });
  } finally {
    if (options.shadow === undefined) await shadow.close();
  }
}

function open({ shadowUrl, keepShadowMs }: CheckOptions): Promise<Shadow> {
  return openShadow({
    ...(shadowUrl === undefined ? {} : { url: shadowUrl }),
    ...(keepShadowMs === undefined ? {} : { keepMs: keepShadowMs }),
  });
}

interface Input extends CheckInput {
  baseline: readonly Migration[];
}

async function readInput({
  migrations: paths,
  old = [],
  new: coming = [],
  running,
  baseline,
}: CheckOptions): Promise<Input> {
  const [first] = paths;
  if (first === undefined) throw nothingToCheck("No migration was given.");
  const [migrations, earlier, oldWorkloads, newWorkloads] = await Promise.all([
    readAll(paths),
    baseline === undefined ? readEarlier(first) : readAll(baseline),
    Promise.all([...old, ...(running === undefined ? [] : [running.workload])].map(load)),
    Promise.all(coming.map(load)),
  ]);
  if (migrations.length === 0)
    throw nothingToCheck(`There is no migration in ${paths.map(String).join(", ")}.`);
  for (const migration of migrations) void migration.statements;
  return { migrations, baseline: earlier.map(asApplied), old: oldWorkloads, new: newWorkloads, running };
}

async function readAll(all: readonly (string | Migration)[]): Promise<Migration[]> {
  // Together, since files of one directory are of one tool, and it takes all of them to know which.
  const paths = all.filter((one) => typeof one === "string");
  if (paths.length === all.length) return readMigrations(paths);
  const read = await Promise.all(
    all.map(async (one) => (typeof one === "string" ? readMigrations([one]) : [one])),
  );
  return read.flat();
}

async function readEarlier(first: string | Migration): Promise<Migration[]> {
  return typeof first === "string" ? readEarlierMigrations(first) : [];
}

async function load(one: string | Workload): Promise<Workload> {
  return typeof one === "string" ? readWorkload(one) : one;
}

function nothingToCheck(message: string): Failure {
  return new Failure({
    code: "nothing-to-check",
    message,
    state: "Nothing was run.",
    next: "Name the SQL files of the change, or the directory that they are in.",
  });
}
