import { basename, dirname, resolve } from "node:path";
import { Failure } from "../std/failure.ts";
import type { MigrationFile } from "./read.ts";

/** A directory's migrations, told apart: what the database has, and what is about to run. */
export interface SplitHistory {
  baseline: readonly MigrationFile[];
  change: readonly MigrationFile[];
}

/**
 * What stands after the migration `since` is the change, up to and with `until` where it is given; what stands
 * before the change is the baseline. Both are named by path, by file name or by the version that the name begins
 * with. `files` are those of one directory in the order of its tool.
 *
 * Throws `Failure` "migration-not-found", "migration-ambiguous" or "nothing-to-check".
 */
export function splitHistory(
  files: readonly MigrationFile[],
  { since, until }: { since: string; until?: string | undefined },
): SplitHistory {
  const from = positionOf(files, since) + 1;
  const to = until === undefined ? files.length : positionOf(files, until) + 1;
  if (from === files.length) throw nothingAfter(`${since} is the last migration of its directory.`);
  if (from >= to) throw nothingAfter(`${until ?? ""} does not stand after ${since}.`);
  return { baseline: files.slice(0, from), change: files.slice(from, to) };
}

/** What a migration is called: its file, or its folder for tools that give each a folder of its own. */
export function migrationName(path: string): string {
  const name = basename(path);
  return /^(migration|up)\.sql$/i.test(name) ? basename(dirname(path)) : name;
}

function positionOf(files: readonly MigrationFile[], wanted: string): number {
  const isPath = (path: string): boolean => resolve(path) === resolve(wanted);
  const exact = files.findIndex(({ path }) => isPath(path) || isPath(dirname(path)));
  if (exact !== -1) return exact;
  const named = files.filter(({ path }) => migrationName(path) === basename(wanted));
  const found = named.length > 0 ? named : files.filter(({ path }) => begins(migrationName(path), wanted));
  const [first] = found;
  if (first === undefined) throw notFound(files, wanted);
  if (found.length > 1) throw ambiguous(found, wanted);
  return files.indexOf(first);
}

/** Whether a name begins with a version: "0042" and "42" of "0042_status.sql", never "004" or "4". */
function begins(name: string, version: string): boolean {
  const bare = name.replace(/^[VR](?=\d)/, "");
  return [name, bare, bare.replace(/^0+(?=\d)/, "")].some(
    (one) => one.startsWith(version) && !/^[\dA-Za-z]/.test(one.slice(version.length)),
  );
}

function notFound(files: readonly MigrationFile[], wanted: string): Failure {
  const last = files.at(-1);
  return new Failure({
    code: "migration-not-found",
    message: `There is no migration ${wanted} among the ${String(files.length)} of the directory.`,
    ...(last === undefined ? {} : { why: `The last one is ${migrationName(last.path)}.` }),
    state: "Nothing was run.",
    next: "Give the path of a migration that the database has, its name, or the version that its name begins with.",
  });
}

function ambiguous(found: readonly MigrationFile[], wanted: string): Failure {
  return new Failure({
    code: "migration-ambiguous",
    message: `${wanted} may be ${found
      .slice(0, 3)
      .map(({ path }) => migrationName(path))
      .join(" or ")}.`,
    state: "Nothing was run.",
    next: "Give the whole name.",
  });
}

function nothingAfter(message: string): Failure {
  return new Failure({
    code: "nothing-to-check",
    message,
    state: "Nothing was run.",
    next: "Name the last migration that the database has already: what stands behind it is checked.",
  });
}
