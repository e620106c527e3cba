import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Option, type Command } from "commander";
import { asApplied, migrationsOf, readMigrationFiles, type MigrationFile } from "../../migration/read.ts";
import { splitHistory } from "../../migration/split-history.ts";
import { deriveSteps } from "../../rehearsal/history/derive-steps.ts";
import { summarise, type HistoryReport } from "../../rehearsal/history/history-report.ts";
import type { HistoryStep } from "../../rehearsal/history/history-step.ts";
import { KeptResults } from "../../rehearsal/history/kept-results.ts";
import { placeVersions, unplaced } from "../../rehearsal/history/place-versions.ts";
import { readMatrix } from "../../rehearsal/history/read-matrix.ts";
import { readReleases } from "../../rehearsal/history/read-releases.ts";
import { rehearseHistory } from "../../rehearsal/history/rehearse-history.ts";
import { historyTable } from "../../rehearsal/history/render-history.ts";
import { SchemaChain } from "../../rehearsal/history/schema-chain.ts";
import type { Deploy } from "../../rehearsal/report/judgement.ts";
import { readStatsFile } from "../../rehearsal/stats/read-stats-file.ts";
import { openShadow } from "../../shadow/open-shadow.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import { readWorkload } from "../../workload/read.ts";
import type { Workload } from "../../workload/workload.ts";
import { durationFlag } from "../duration-flag.ts";
import { ProgressLine } from "../progress-line.ts";

export interface HistoryFlags {
  workloads?: string;
  releases?: string;
  since?: string;
  until?: string;
  deploy: Deploy;
  shadow?: string;
  keepShadow?: number | boolean;
  stats?: string;
  fresh: boolean;
  verbose: boolean;
  json: boolean;
}

const keptMs = 10 * 60_000;

/** The flags of a backtest of a history. */
export function addHistoryFlags(command: Command): Command {
  return command
    .option("--workloads <directory>", "workloads of the versions that ran then, app@version.json each")
    .option(
      "--releases <file>",
      "which versions ran before and after which migrations, instead of finding out",
    )
    .option("--since <file>", "only steps behind this migration")
    .option("--until <file>", "only steps up to this migration (with --since)")
    .addOption(
      new Option("--deploy <order>", "how the steps were deployed")
        .choices(["schema-first", "app-first", "any"])
        .default("schema-first"),
    )
    .option("--stats <file>", "sizes of tables, as interlock stats writes them, to see who waits as well")
    .option("--shadow <url>", "a server for throwaway databases (default: the embedded PostgreSQL)")
    .option("--keep-shadow [duration]", "keep the embedded PostgreSQL up for the next run", durationFlag)
    .option("--fresh", "rehearse everything, also what an earlier run has left", false)
    .option("--verbose", "list every broken statement", false);
}

/** Rehearses every step of a history and prints a table; an answer about the past, so it blocks nothing. */
export async function backtestHistory(paths: readonly string[], flags: HistoryFlags): Promise<void> {
  const startedAt = performance.now();
  const files = await readMigrationFiles(paths);
  const versions = await readVersions(files, flags);
  const stats = flags.stats === undefined ? undefined : await readStatsFile(flags.stats);
  const progress = new ProgressLine(process.stderr);
  const shadow = await openShadow({
    ...(flags.shadow === undefined ? {} : { url: flags.shadow }),
    ...(flags.keepShadow === undefined
      ? {}
      : { keepMs: typeof flags.keepShadow === "number" ? flags.keepShadow : keptMs }),
  });
  try {
    const chain = await SchemaChain.open(shadow);
    const found = await findSteps(files, { versions, chain, progress });
    const steps = withinAsked(found.steps, { files, flags });
    const table = historyTable(steps, {
      colour: process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
      verbose: flags.verbose,
    });
    const results = new KeptResults({ shadowVersion: shadow.version, deploy: flags.deploy, stats });
    let done = 0;
    progress.show(`rehearsing step 1 of ${String(steps.length)}`);
    const judged = await rehearseHistory({
      shadow,
      chain,
      steps,
      deploy: flags.deploy,
      stats,
      ...(flags.fresh ? {} : { results }),
      onStep: (result) => {
        done += 1;
        progress.clear();
        if (!flags.json) process.stdout.write(table.rows(result));
        if (done < steps.length)
          progress.show(`rehearsing step ${String(done + 1)} of ${String(steps.length)}`);
      },
    });
    await Promise.all([results.tidy(), chain.close()]);
    const report: HistoryReport = {
      format: "interlock-backtest/1",
      deploy: flags.deploy,
      steps: judged,
      summary: summarise(judged),
      unplaced: found.unplaced,
      shadow: { version: shadow.version },
      durationMs: Math.round(performance.now() - startedAt),
    };
    process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : table.summary(report));
  } finally {
    progress.clear();
    await shadow.close();
  }
}

/** What is known of the versions: the steps that a file says, or workloads whose place is to be found. */
type Versions = { steps: HistoryStep[] } | { workloads: Workload[] };

async function readVersions(files: readonly MigrationFile[], flags: HistoryFlags): Promise<Versions> {
  if (files.length === 0)
    throw usage("There is no migration to look back on.", "Give the directory that they are in.");
  const releases = flags.releases ?? (await besideWorkloads(flags.workloads));
  return releases === undefined
    ? { workloads: await readWorkloads(flags.workloads ?? ".") }
    : { steps: await readReleases(releases, files) };
}

async function findSteps(
  files: readonly MigrationFile[],
  { versions, chain, progress }: { versions: Versions; chain: SchemaChain; progress: ProgressLine },
): Promise<{ steps: HistoryStep[]; unplaced: string[] }> {
  if ("steps" in versions) return { steps: versions.steps, unplaced: [] };
  const migrations = migrationsOf(files).map(asApplied);
  const counted = await readMatrix({
    sandbox: chain.sandbox,
    migrations,
    workloads: versions.workloads,
    onState: (state) =>
      progress.show(`finding which version ran when: state ${String(state)} of ${String(files.length)}`),
  });
  const placed = placeVersions(counted);
  return { steps: deriveSteps(migrations, placed), unplaced: unplaced(counted, placed) };
}

/** The file that says it, where the workloads are. */
async function besideWorkloads(directory: string | undefined): Promise<string | undefined> {
  if (directory === undefined) return undefined;
  return (await namesIn(directory)).includes(releasesFile) ? join(directory, releasesFile) : undefined;
}

const releasesFile = "releases.json";

async function readWorkloads(directory: string): Promise<Workload[]> {
  const names = (await namesIn(directory)).filter((name) => name.endsWith(".json"));
  if (names.length === 0)
    throw usage(
      `There is no workload in ${directory}.`,
      "Record one for every version that ran, or those that you have: interlock record --app shop@41 -- npm test",
    );
  return Promise.all(names.toSorted().map((name) => readWorkload(join(directory, name))));
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: unknown) => {
    throw usage(
      `The directory of workloads ${directory} can't be read: ${messageOf(error)}.`,
      "Give its path.",
    );
  });
}

/** Steps that touch what stands behind --since and up to --until. */
function withinAsked(
  steps: readonly HistoryStep[],
  { files, flags }: { files: readonly MigrationFile[]; flags: HistoryFlags },
): readonly HistoryStep[] {
  const { since, until } = flags;
  if (since === undefined && until !== undefined)
    throw usage("--until goes with --since.", "Add --since FILE.");
  if (since === undefined) return steps;
  const asked = new Set(splitHistory(files, { since, until }).change.map(({ path }) => path));
  return steps.filter(({ change }) => change.some(({ path }) => asked.has(path)));
}

function usage(message: string, next: string): Failure {
  return new Failure({ code: "usage", message, state: "Nothing was run.", next });
}
