import { applyMigration, MigrationFailure } from "../../migration/apply.ts";
import type { Migration } from "../../migration/migration.ts";
import type { Workload } from "../../workload/workload.ts";
import { describeAll } from "../at-home.ts";
import type { Sandbox } from "../sandbox.ts";
import { TrialSession } from "../trial-session.ts";
import type { VersionCounts } from "./place-versions.ts";

/**
 * Takes an empty database through a history and prepares every distinct statement of all versions in every state.
 * Nothing is executed. The counts end before the first migration that does not apply.
 */
export async function readMatrix({
  sandbox,
  migrations,
  workloads,
  onState,
  signal,
}: {
  sandbox: Sandbox;
  migrations: readonly Migration[];
  workloads: readonly Workload[];
  /** Called when a state has been looked at, with its number. */
  onState?: (state: number) => void;
  signal?: AbortSignal | undefined;
}): Promise<VersionCounts[]> {
  const texts = [...new Set(workloads.flatMap(({ statements }) => statements.map(({ sql }) => sql)))];
  const statements = texts.map((sql) => ({ sql }));
  const versions = workloads.map((workload) => ({ workload, counts: [] as number[] }));
  const database = await sandbox.createDatabase();
  const trials = await TrialSession.open(sandbox, database);
  const client = await sandbox.migrator(database);
  const look = async (state: number): Promise<void> => {
    const replies = await describeAll(trials, statements);
    const prepared = new Set(texts.filter((_, index) => replies[index]?.problem === undefined));
    for (const { workload, counts } of versions)
      counts.push(workload.statements.filter(({ sql }) => prepared.has(sql)).length);
    onState?.(state);
  };
  try {
    await look(0);
    for (const [index, migration] of migrations.entries()) {
      signal?.throwIfAborted();
      await applyMigration(client, migration);
      await look(index + 1);
    }
  } catch (error) {
    if (!(error instanceof MigrationFailure)) throw error;
  } finally {
    await Promise.all([trials.close(), client.end()]);
    await sandbox.dropDatabase(database);
  }
  return versions;
}
