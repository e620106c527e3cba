import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { Migration } from "../../migration/migration.ts";
import { asApplied, migrationsOf, type MigrationFile } from "../../migration/read.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import type { Workload } from "../../workload/workload.ts";
import { readWorkload } from "../../workload/read.ts";
import type { HistoryStep } from "./history-step.ts";

const paths = z.union([z.string(), z.array(z.string())]).optional();
const releasesSchema = z.array(
  z.object({
    from: z.string().optional(),
    to: z.string().optional(),
    /** Migrations before it; by default those that stand before the first of the change. */
    baseline: z.array(z.string()).optional(),
    change: z.array(z.string()).min(1),
    old: paths,
    new: paths,
  }),
);

/**
 * The steps of a history as a file says them: a list of `{ from, to, change, old, new }` with paths from the file's
 * folder. Migrations that no entry names are no steps; they only count for what stands before one.
 *
 * Throws `Failure` "releases-not-readable" or "releases-not-valid".
 */
export async function readReleases(path: string, files: readonly MigrationFile[]): Promise<HistoryStep[]> {
  const releases = parse(path, await readText(path));
  const here = dirname(path);
  const workloads = new Map<string, Promise<Workload>>();
  const read = (name: string): Promise<Workload> => {
    const workload = workloads.get(name) ?? readWorkload(join(here, name));
    workloads.set(name, workload);
    return workload;
  };
  const all = (names: string | string[] | undefined): Promise<Workload[]> =>
    Promise.all([names ?? []].flat().map(read));
  const migrations = new Map(
    migrationsOf(files)
      .map(asApplied)
      .map((one) => [resolve(one.path), one]),
  );
  const find = (name: string): Migration => {
    const found = migrations.get(resolve(here, name));
    if (found === undefined) throw notValid(path, `${name} is not one of the migrations of the directory`);
    return found;
  };
  const order = [...migrations.values()];
  return Promise.all(
    releases.map(async ({ baseline, change, old, new: coming }): Promise<HistoryStep> => {
      const changed = change.map(find);
      const [first] = changed;
      return {
        change: changed,
        baseline: baseline?.map(find) ?? order.slice(0, first === undefined ? 0 : order.indexOf(first)),
        old: await all(old),
        new: await all(coming),
      };
    }),
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Failure({
      code: "releases-not-readable",
      message: `The file of releases ${path} can't be read.`,
      why: messageOf(error),
      state: "Nothing was run.",
      next: "Give the path of a file that says which versions ran before and after which migrations.",
      cause: error,
    });
  }
}

function parse(path: string, text: string): z.infer<typeof releasesSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notValid(path, messageOf(error));
  }
  const parsed = releasesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notValid(path, `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
}

function notValid(path: string, why: string): Failure {
  return new Failure({
    code: "releases-not-valid",
    message: `${path} does not say which versions ran before and after which migrations.`,
    why,
    state: "Nothing was run.",
    next: 'It is a list of {"change": ["migrations/2_b.sql"], "old": "app@1.json", "new": "app@2.json"}, with paths from its own folder.',
  });
}
