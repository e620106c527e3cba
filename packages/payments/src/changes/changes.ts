import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ClientBase } from "pg";

/** A folder of changes/: how the structure gets from one release of the app to the next one. */
export interface Change {
  /** "07-notifications-muted" */
  name: string;
  number: number;
  from: string;
  to: string;
  /** The file with the structural part, in plain SQL. */
  migration: string;
  /** Where the recorded workload of an app version is, "payments@2.3.0" or "terminals@1.0.0". */
  workload(app: string): string;
}

const folder = new URL("../../changes/", import.meta.url);

/** The files of the schema before the first change. */
export const baseline = fileURLToPath(new URL("../../migrations", import.meta.url));

/** Every change, in the order in which they ship: each begins where the one before ends. */
export const changes: readonly Change[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .toSorted()
  .map((name, place) => ({
    name,
    number: place + 1,
    from: `2.${String(place + 2)}.0`,
    to: `2.${String(place + 3)}.0`,
    migration: fileURLToPath(new URL(`${name}/migration.sql`, folder)),
    workload: (app) => fileURLToPath(new URL(`${name}/workloads/${app}.json`, folder)),
  }));

/** What has to be applied to the baseline before a release of the app fits it. */
export function changesBefore(version: string): readonly Change[] {
  const last = changes.findIndex(({ to }) => to === version);
  if (last === -1 && version !== changes[0]?.from) throw new Error(`no change leads to ${version}`);
  return changes.slice(0, last + 1);
}

/** Applies the structural part of changes as it stands, each file as one string: all of it or nothing. */
export async function applyChanges(client: ClientBase, which: readonly Change[]): Promise<void> {
  for (const { name, migration } of which) {
    try {
      await client.query(readFileSync(migration, "utf8"));
    } catch (error) {
      throw new Error(`change ${name} does not apply; nothing of it was kept`, { cause: error });
    }
  }
}
