import { applyMigration, MigrationFailure } from "../migration/apply.ts";
import type { Migration } from "../migration/migration.ts";
import type { Shadow } from "../shadow/open-shadow.ts";
import type { Running } from "../workload/running/read-running.ts";
import type { Workload } from "../workload/workload.ts";
import type { Baseline } from "./baseline.ts";
import { excuse, type LeftOut } from "./left-out.ts";
import type { Rehearsal, RehearsedWorkload } from "./rehearsal.ts";
import { rehearse } from "./rehearse.ts";
import { tryInOneTransaction } from "./one-transaction.ts";
import { buildReport, reportOfObstacle } from "./report/build-report.ts";
import { brokenOffBy } from "./sandbox/broken-off.ts";
import type { CheckReport } from "./report/check-report.ts";
import type { Deploy } from "./report/judgement.ts";
import { defaultLockBudgetMs } from "./report/traffic-findings.ts";
import type { Sizes } from "./stats/estimate.ts";
import { measureRates } from "./stats/rates.ts";
import type { Stats } from "./stats/stats.ts";

/** What a change is rehearsed with, read and ready. */
export interface CheckInput {
  migrations: readonly Migration[];
  old: readonly Workload[];
  new: readonly Workload[];
  /** Where one of the old workloads was read from a running database: what was not read of it. */
  running?: Running | undefined;
  /** How large the tables are in production. */
  stats?: Stats | undefined;
  /** Extensions that it goes without. */
  leftOut?: LeftOut | undefined;
}

export interface CheckOnBaseline {
  shadow: Shadow;
  /** It is dropped when the check is done. */
  baseline: Baseline;
  input: CheckInput;
  deploy: Deploy;
  /** When the check began, by performance.now(). */
  startedAt: number;
  /** How long live statements may wait for locks, in milliseconds. */
  lockBudgetMs?: number | undefined;
  /** Whether to see who waits while the change is applied; it is by default. */
  seesWaiting?: boolean;
  signal?: AbortSignal | undefined;
}

/** Rehearses a change on a baseline that is made, and reports. A change that does not apply is reported, too. */
export async function checkOnBaseline({
  shadow,
  baseline,
  input,
  deploy,
  startedAt,
  lockBudgetMs = defaultLockBudgetMs,
  seesWaiting = true,
  signal,
}: CheckOnBaseline): Promise<CheckReport> {
  const workloads = placed(input, deploy).map((one) => ({ ...one, live: one.live && seesWaiting }));
  const outcome = await rehearseOn({ shadow, baseline, input, workloads, signal });
  const sizes =
    "obstacle" in outcome ? undefined : await sizesFor(outcome.rehearsal, { shadow, stats: input.stats });
  const facts = {
    ...input,
    deploy,
    shadowVersion: shadow.version,
    durationMs: Math.round(performance.now() - startedAt),
  };
  return "obstacle" in outcome
    ? reportOfObstacle({ ...facts, ...outcome })
    : buildReport({
        ...facts,
        rehearsal: input.leftOut === undefined ? outcome.rehearsal : excuse(outcome.rehearsal, input.leftOut),
        traffic: { sizes, lockBudgetMs },
      });
}

/** The shadow is measured only for a change that does something whose time grows. */
async function sizesFor(
  { changes }: Rehearsal,
  { shadow, stats }: { shadow: Shadow; stats: Stats | undefined },
): Promise<Sizes | undefined> {
  if (stats === undefined) return undefined;
  const works = changes.flatMap(({ steps }) => steps.flatMap(({ traffic }) => traffic?.work ?? []));
  return works.length === 0 ? undefined : { stats, rates: await measureRates(shadow) };
}

async function rehearseOn({
  shadow,
  baseline,
  input,
  workloads,
  signal,
}: Pick<CheckOnBaseline, "shadow" | "baseline" | "input" | "signal"> & {
  workloads: readonly RehearsedWorkload[];
}): Promise<{ rehearsal: Rehearsal } | { obstacle: MigrationFailure }> {
  try {
    await tryInOneTransaction(baseline, input.migrations);
    const rehearsal = await rehearse({
      shadow,
      baseline,
      workloads,
      changes: input.migrations.map((migration) => ({
        label: migration.path,
        file: migration.path,
        apply: (client, afterStatement) => applyMigration(client, migration, afterStatement),
      })),
      ...(signal === undefined ? {} : { signal }),
    });
    return { rehearsal };
  } catch (error) {
    if (!(error instanceof MigrationFailure)) throw brokenOffBy(error);
    return { obstacle: error };
  } finally {
    await baseline.drop();
  }
}

/**
 * Old versions are at home before the change and must work in every state; new ones after it, and before it. Those
 * that are deployed when it is applied have to wait for it.
 */
function placed(input: CheckInput, deploy: Deploy): (RehearsedWorkload & { live: boolean })[] {
  const last = input.migrations.length;
  return [
    ...input.old.map((workload) => ({
      workload,
      home: 0,
      states: Array.from({ length: last + 1 }, (_, state) => state),
      live: deploy !== "app-first",
    })),
    ...input.new.map((workload) => ({ workload, home: last, states: [0], live: deploy !== "schema-first" })),
  ];
}
