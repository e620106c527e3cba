import { applyMigration } from "../migration/apply.ts";
import type { Migration } from "../migration/migration.ts";
import { readBaseline, sourceOf, type BaselineSource } from "../migration/baseline/baseline-source.ts";
import { readEarlierMigrations, readMigrations } from "../migration/read.ts";
import type { Major } from "../shadow/major.ts";
import { openShadowFor } from "../shadow/open-shadow-for.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { Failure } from "../std/failure.ts";
import { readWorkload } from "../workload/read.ts";
import type { Running } from "../workload/running/read-running.ts";
import type { Workload } from "../workload/workload.ts";
import { makeBaseline } from "./baseline.ts";
import { checkOnBaseline, type CheckInput } from "./check-on-baseline.ts";
import { leaveOut } from "./left-out.ts";
import type { Limits } from "./sandbox/limits.ts";
import type { CheckReport } from "./report/check-report.ts";
import { standInRoles } from "./stand-in-roles.ts";
import { withOrigin } from "./report/with-origin.ts";
import type { Deploy } from "./report/judgement.ts";
import { readStatsFile } from "./stats/read-stats-file.ts";
import type { Stats } from "./stats/stats.ts";

export interface CheckOptions {
  /** Files and directories, in the order in which they will run; or migrations that were read already. */
  migrations: readonly (string | Migration)[];
  /** Workloads of versions that run now: paths of files, or workloads. */
  old?: readonly (string | Workload)[];
  /** What runs on a database now: its workload is one of the old ones, and what could not be read of it is said. */
  running?: Running;
  /** Workloads of versions to come. */
  new?: readonly (string | Workload)[];
  /**
   * What the database has already: files and directories of migrations, what pg_dump wrote, or the URL of a live
   * database. By default what stands before the first migration in its directory, if it was read from there.
   */
  baseline?: readonly (string | Migration)[];
  deploy?: Deploy;
  /** How large the tables are in production: the path of a file, or what was read from the database. */
  stats?: string | Stats;
  /** How long live statements may wait for locks while the change is applied, in milliseconds; 250 by default. */
  lockBudgetMs?: number;
  /** A shadow that is open and stays so; without one, one is opened as the next two say. */
  shadow?: Shadow;
  shadowUrl?: string;
  /** The major version of the embedded shadow. By default that of the server that the baseline comes from. */
  postgres?: Major;
  /** The URL of the database that the change is meant for: the baseline where nothing stands before the change. */
  database?: string;
  /** The version of the server that the change is meant for, where more is known than the baseline says: "16.3". */
  targetVersion?: string;
  /** Told what takes long: a version of PostgreSQL that is fetched. */
  notice?: (text: string) => void;
  /** How long the embedded shadow stays up for the next check, in milliseconds. */
  keepShadowMs?: number;
  signal?: AbortSignal;
  /** What the SQL may take of the machine. */
  limits?: Limits;
  /** Extensions that the rehearsal goes without. */
  stubExtensions?: readonly string[];
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
  const source = readSource(options);
  const [read, opened] = await Promise.allSettled([
    readInput(options, source),
    options.shadow ?? openFor(options, source),
  ]);
  if (opened.status === "rejected") throw read.status === "rejected" ? read.reason : opened.reason;
  // On one of our own nobody looks behind us, so nothing waits for what is dropped.
  const shadow = options.shadow ?? { ...opened.value, dropDatabase: opened.value.discardDatabase };
  try {
    if (read.status === "rejected") throw read.reason;
    const from = await source;
    const { earlier, input } = withoutExtensions(read.value, {
      earlier: from.migrations,
      shadow,
      extensions: options.stubExtensions ?? [],
    });
    await standInRoles(shadow, [...earlier, ...input.migrations]);
    const baseline = await makeBaseline({
      shadow,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      texts: earlier.map(({ text }) => text),
      apply: async (client) => {
        for (const migration of earlier) await applyMigration(client, migration);
      },
    });
    const deploy = options.deploy ?? "schema-first";
    const report = await checkOnBaseline({
      shadow,
      baseline,
      input,
      deploy,
      startedAt,
      lockBudgetMs: options.lockBudgetMs,
      signal: options.signal,
    });
    return withOrigin(report, { baseline: from, targetVersion: targetOf(options, from) });
  } finally {
    if (options.shadow === undefined) await shadow.close();
  }
}

/** The embedded shadow of the version that was asked for, or else of the one that the change is meant for. */
async function openFor(options: CheckOptions, source: Promise<BaselineSource>): Promise<Shadow> {
  const { shadowUrl, keepShadowMs, postgres, baseline, database, notice } = options;
  if (shadowUrl !== undefined) return openShadow({ url: shadowUrl });
  // Only a baseline that was named comes from a server whose version is known: nothing else is waited for.
  const isNamed = baseline !== undefined || database !== undefined;
  const target = targetOf(options, isNamed ? await source : undefined);
  return openShadowFor({ keepMs: keepShadowMs, postgres, target, notice });
}

/** The version of the server that the change is meant for, where anything says it. */
function targetOf(
  { targetVersion, running }: CheckOptions,
  source: Pick<BaselineSource, "serverVersion"> | undefined,
): string | undefined {
  return targetVersion ?? running?.serverVersion.split(" ")[0] ?? source?.serverVersion;
}

function withoutExtensions(
  input: CheckInput,
  {
    earlier,
    shadow,
    extensions,
  }: { earlier: readonly Migration[]; shadow: Shadow; extensions: readonly string[] },
): { earlier: readonly Migration[]; input: CheckInput } {
  if (extensions.length === 0) return { earlier, input };
  const { baseline, migrations, leftOut } = leaveOut(
    { baseline: earlier, migrations: input.migrations },
    { extensions, withStandIns: shadow.isEmbedded },
  );
  return { earlier: baseline, input: { ...input, migrations, leftOut } };
}

async function readSource({
  migrations: [first],
  baseline,
  database,
}: CheckOptions): Promise<BaselineSource> {
  if (baseline !== undefined) return readBaseline(baseline);
  const earlier = typeof first === "string" ? await readEarlierMigrations(first) : [];
  return earlier.length === 0 && database !== undefined ? readBaseline([database]) : sourceOf(earlier);
}

async function readInput(
  { migrations: paths, old = [], new: coming = [], running, stats }: CheckOptions,
  source: Promise<BaselineSource>,
): Promise<CheckInput> {
  if (paths.length === 0) throw nothingToCheck("No migration was given.");
  const [migrations, oldWorkloads, newWorkloads, sizes] = await Promise.all([
    readAll(paths),
    Promise.all([...old, ...(running === undefined ? [] : [running.workload])].map(load)),
    Promise.all(coming.map(load)),
    typeof stats === "string" ? readStatsFile(stats) : stats,
    source,
  ]);
  if (migrations.length === 0)
    throw nothingToCheck(`There is no migration in ${paths.map(String).join(", ")}.`);
  for (const migration of migrations) void migration.statements;
  return { migrations, old: oldWorkloads, new: newWorkloads, running, stats: sizes };
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
