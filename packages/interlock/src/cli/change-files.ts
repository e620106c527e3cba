import { dirname, relative, resolve, sep } from "node:path";
import type { ChangeFile } from "../api/changes.ts";
import { readBaselineFiles } from "../migration/baseline/baseline-source.ts";
import { readEarlierMigrationFiles, readMigrationFiles, type MigrationFile } from "../migration/read.ts";

/**
 * Reads a change to be sent to a server: its migrations, and what stands before them. Paths are told from the
 * directory that holds them all, so that the same change is the same from wherever it is sent. Throws `Failure`
 * "migration-not-readable".
 */
export async function readChangeFiles({
  migrations,
  baseline,
}: {
  migrations: readonly string[];
  /** By default what stands before the first migration in its directory. */
  baseline?: readonly string[] | undefined;
}): Promise<{ files: ChangeFile[]; baseline: ChangeFile[] }> {
  const files = await readMigrationFiles(migrations);
  const [first] = migrations;
  const before =
    baseline === undefined
      ? await readEarlierMigrationFiles(first ?? ".")
      : await readBaselineFiles(baseline);
  const root = commonDirectory([...files, ...before]);
  const named = (file: MigrationFile): ChangeFile => ({
    ...file,
    path: relative(root, resolve(file.path)).split(sep).join("/"),
  });
  return { files: files.map(named), baseline: before.map(named) };
}

function commonDirectory(files: readonly MigrationFile[]): string {
  const directories = files.map(({ path }) => dirname(resolve(path)));
  const [first = "."] = directories;
  let common = resolve(first);
  while (
    !directories.every((directory) =>
      `${directory}${sep}`.startsWith(common.endsWith(sep) ? common : `${common}${sep}`),
    )
  )
    common = dirname(common);
  return common;
}
