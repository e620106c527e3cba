import { stat } from "node:fs/promises";
import type { Command } from "commander";
import type { Migration } from "../../migration/migration.ts";
import { migrationsOf, readMigrationFiles } from "../../migration/read.ts";
import { splitByReference } from "../../migration/split-by-reference.ts";
import { splitHistory, type SplitHistory } from "../../migration/split-history.ts";
import { Failure } from "../../std/failure.ts";

export interface ChangeFlags {
  baseline?: string[];
  since?: string;
  until?: string;
  sinceRef?: string;
}

/** The flags that say which migrations of a directory are the change. */
export function addChangeFlags(command: Command): Command {
  return command
    .option(
      "--since <file>",
      "of a directory, check what stands after this migration; the rest is what the database has (a path, a name or a version)",
    )
    .option("--until <file>", "with --since: the last migration of the change (default: the last there is)")
    .option(
      "--since-ref <ref>",
      "of a directory, check what the branch adds to this git reference: origin/main",
    );
}

export interface Change {
  migrations: readonly (string | Migration)[];
  baseline?: readonly (string | Migration)[];
}

/**
 * Which migrations are to be checked on which baseline; undefined where a branch adds none. Throws `Failure`
 * "usage", and what `splitHistory` and `splitByReference` throw.
 */
export async function readChange(paths: readonly string[], flags: ChangeFlags): Promise<Change | undefined> {
  const { baseline, since, until, sinceRef } = flags;
  if (since === undefined && sinceRef === undefined) {
    if (until !== undefined) throw usage("--until goes with --since.", "Add --since FILE.");
    return { migrations: paths, ...(baseline === undefined ? {} : { baseline }) };
  }
  if (since !== undefined && sinceRef !== undefined)
    throw usage("--since and --since-ref say the same thing in two ways.", "Give one of them.");
  if (sinceRef !== undefined && until !== undefined)
    throw usage("--until goes with --since, not with --since-ref.", "Leave it out.");
  const [directory = ".", ...others] = paths;
  if (others.length > 0 || !(await isDirectory(directory)))
    throw usage(
      "--since and --since-ref divide one directory of migrations.",
      "Give the directory alone: interlock check migrations --since 0041",
    );
  const files = await readMigrationFiles([directory]);
  if (files.length === 0)
    throw usage(`There is no migration in ${directory}.`, "Give the directory that they are in.");
  const split: SplitHistory =
    since === undefined
      ? await byReference(directory, { files, reference: sinceRef ?? "" })
      : splitHistory(files, { since, until });
  if (split.change.length === 0) {
    process.stderr.write(
      `Nothing to check: ${directory} holds no migration that ${sinceRef ?? ""} does not have.\n`,
    );
    return undefined;
  }
  // A schema that was named is what the database has; which migrations are new is still told by the directory.
  return { migrations: migrationsOf(split.change), baseline: baseline ?? migrationsOf(split.baseline) };
}

async function byReference(...asked: Parameters<typeof splitByReference>): Promise<SplitHistory> {
  const split = await splitByReference(...asked);
  const { length } = split.edited;
  if (length > 0) {
    const [first = ""] = split.edited;
    process.stderr.write(
      `${first}${length > 1 ? ` and ${String(length - 1)} more` : ""} ${length > 1 ? "were" : "was"} edited since ${asked[1].reference}: a database that has run it has the text from there, and so has the baseline.\n`,
    );
  }
  return split;
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function usage(message: string, next: string): Failure {
  return new Failure({ code: "usage", message, state: "Nothing was run.", next });
}
