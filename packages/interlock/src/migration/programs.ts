import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../std/failure.ts";
import type { FoundFile } from "./find.ts";
import { naturalParts } from "./layouts/layout.ts";

/** `0003_backfill.go`, `1700000000000_add.ts`, `V3__Backfill.java`: a migration that no SQL is written in. */
const program = /^(?:V?\d[\d._]*_|V\d[\d._]*__).*\.(?:go|js|mjs|cjs|ts|mts|cts|java|kt|py|rb|php|rs)$/i;

/**
 * Throws `Failure` "migration-is-a-program" where a directory holds a migration that is no SQL and stands before
 * `before`, or anywhere: without it the schema would not be the one that the rest runs on.
 */
export async function refusePrograms(
  directory: string,
  { before }: { before: FoundFile | undefined },
): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  const limit = before === undefined ? Number.POSITIVE_INFINITY : numberOf(before.name);
  const found = names
    .filter((name) => program.test(name) && !name.endsWith(".d.ts") && numberOf(name) < limit)
    .toSorted()[0];
  if (found === undefined) return;
  throw new Failure({
    code: "migration-is-a-program",
    message: `${join(directory, found)} is a program, and only SQL can be rehearsed.`,
    why: "It runs before the migration that is checked, and what it makes of the schema is not known.",
    state: "Nothing was run.",
    next: "Give the schema that the migration starts from: --baseline postgresql://… of a database that has it, or --baseline with a file of pg_dump -s.",
  });
}

function numberOf(name: string): number {
  return Number(naturalParts(name.replace(/^V/i, ""))[0] ?? 0);
}
