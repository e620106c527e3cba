import { applyMigration, MigrationFailure } from "../migration/apply.ts";
import type { Migration } from "../migration/migration.ts";
import { asApplied, migrationsOf } from "../migration/read.ts";
import { planSources } from "../plan/plan-change.ts";
import { makeBaseline } from "../rehearsal/baseline.ts";
import { check } from "../rehearsal/check.ts";
import { standInRoles } from "../rehearsal/stand-in-roles.ts";
import type { CheckReport } from "../rehearsal/report/check-report.ts";
import { compareCatalogs, describeStructure, type CatalogDescription } from "../catalog/describe.ts";
import type { Shadow } from "../shadow/open-shadow.ts";
import { factsOf, Failure } from "../std/failure.ts";
import { appVersion, type Workload } from "../workload/workload.ts";
import type { RehearsalInput, RehearsalResult, StructureChange } from "./rehearsal-result.ts";

/** Answers of the planner that say something about the change, and nothing went wrong. */
const refusals: ReadonlySet<string> = new Set([
  "plan-refused",
  "cannot-plan",
  "mapping-missing",
  "mapping-not-valid",
  "ambiguous-default",
  "migration-does-not-apply",
]);

interface Sides {
  old: Workload[];
  new: Workload[];
}

interface Sources {
  files: Migration[];
  baseline: Migration[];
  shadow: Shadow;
}

/**
 * Runs a change under workloads: what each version sees on either side of it, the plan with its proof, and what the
 * change makes of the structure. Throws a `Failure` where not even the schema before the change can be made.
 */
export async function rehearseChange(
  input: Omit<RehearsalInput, "keepShadowMs">,
  shadow: Shadow,
): Promise<RehearsalResult> {
  const sources = {
    files: migrationsOf(input.files),
    baseline: migrationsOf(input.baseline).map(asApplied),
    shadow,
  };
  await standInRoles(shadow, [...sources.baseline, ...sources.files]);
  const asked = { old: input.old, new: input.new };
  const first = await checkSides(sources, asked);
  const sides = placed(first, asked);
  const report = sides === asked ? first : await checkSides(sources, sides);
  const { plan, proof, refusal } = await planFor(sources, { sides, report });
  return { report, plan, proof, refusal, catalogs: await structureChange(sources) };
}

function checkSides({ files, baseline, shadow }: Sources, sides: Sides): Promise<CheckReport> {
  return check({ migrations: files, baseline, ...sides, shadow });
}

/**
 * A version that was built for the structure after the change does not belong on the old side, though it is live: it
 * shows by its statements failing before anything changes.
 */
function placed({ verdict, order, workloads }: CheckReport, sides: Sides): Sides {
  if (verdict === "unknown" && order === null && workloads.every(({ exercised }) => exercised === 0))
    return sides;
  const misplaced = sides.old.filter((workload) =>
    workloads.some(
      ({ app, version, role, brokenAtBaseline, statements }) =>
        role === "old" &&
        `${app}@${version}` === appVersion(workload) &&
        // As in the check itself: where most of it fails, it is out of place.
        2 * (statements - brokenAtBaseline) <= statements,
    ),
  );
  if (misplaced.length === 0) return sides;
  return {
    old: sides.old.filter((workload) => !misplaced.includes(workload)),
    new: [...sides.new, ...misplaced],
  };
}

/**
 * Plans for the versions that come and for those that may stay: a live version that works after the change, such as
 * that of another app, need not go before contract. Where it can't be kept working on the way, it has to.
 */
async function planFor(
  sources: Sources,
  { sides, report }: { sides: Sides; report: CheckReport },
): Promise<Pick<RehearsalResult, "plan" | "proof" | "refusal">> {
  const staying = sides.old.filter((workload) =>
    report.workloads.some(
      ({ app, version, role, works }) =>
        role === "old" && works === "yes" && `${app}@${version}` === appVersion(workload),
    ),
  );
  const planned = await tryPlan(sources, { old: sides.old, new: [...sides.new, ...staying] });
  return planned.plan === null && staying.length > 0 ? tryPlan(sources, sides) : planned;
}

async function tryPlan(
  { files, baseline, shadow }: Sources,
  sides: Sides,
): Promise<Pick<RehearsalResult, "plan" | "proof" | "refusal">> {
  try {
    const { plan, proof } = await planSources({
      files,
      baseline: async (client) => {
        for (const migration of baseline) await applyMigration(client, migration);
      },
      baselineTexts: baseline.map(({ text }) => text),
      ...sides,
      shadow,
    });
    return { plan, proof, refusal: null };
  } catch (error) {
    if (!(error instanceof Failure) || !refusals.has(error.code)) throw error;
    return { plan: null, proof: null, refusal: { ...factsOf(error) } };
  }
}

async function structureChange({
  files,
  baseline: earlier,
  shadow,
}: Sources): Promise<StructureChange | null> {
  const baseline = await makeBaseline({
    shadow,
    texts: earlier.map(({ text }) => text),
    apply: async (client) => {
      for (const migration of earlier) await applyMigration(client, migration);
    },
  });
  const { sandbox } = baseline;
  const database = await sandbox.createDatabase(baseline.database);
  try {
    const client = await sandbox.migrator(database);
    try {
      const before = await describeStructure(client);
      for (const migration of files) await applyMigration(client, migration);
      return differing(before, await describeStructure(client));
    } finally {
      await client.end();
    }
  } catch (error) {
    // The report says that it does not apply, and why.
    if (error instanceof MigrationFailure) return null;
    throw error;
  } finally {
    await sandbox.dropDatabase(database);
    await baseline.drop();
  }
}

function differing(before: CatalogDescription, after: CatalogDescription): StructureChange {
  return Object.fromEntries(
    compareCatalogs(before, after).map(({ object, left, right }) => [
      object,
      { before: left ?? null, after: right ?? null },
    ]),
  );
}
