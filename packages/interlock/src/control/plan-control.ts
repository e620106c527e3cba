import { readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { planChange } from "../plan/plan-change.ts";
import type { Plan } from "../plan/plan.ts";
import { openShadow } from "../shadow/open-shadow.ts";

const migrations = new URL("./migrations/", import.meta.url);

/** Plans every migration of the control database on the ones before it; for the script, and for its test. */
export async function* planEachMigration(): AsyncGenerator<{ name: string; plan: Plan }> {
  const files = (await readdir(migrations)).filter((name) => name.endsWith(".sql")).toSorted();
  const pathOf = (name: string): string => fileURLToPath(new URL(name, migrations));
  const shadow = await openShadow();
  try {
    for (const [index, name] of files.entries()) {
      const { plan } = await planChange({
        migrations: [pathOf(name)],
        baseline: files.slice(0, index).map(pathOf),
        old: [],
        new: [],
        shadow,
      });
      yield { name, plan };
    }
  } finally {
    await shadow.close();
  }
}

/** Writes the plans beside the migrations; returns the paths written. */
export async function planControl(): Promise<string[]> {
  const written: string[] = [];
  for await (const { name, plan } of planEachMigration()) {
    const path = fileURLToPath(new URL(name.replace(/\.sql$/, ".plan.json"), migrations));
    await writeFile(path, `${JSON.stringify(asKept(name, plan), null, 2)}\n`);
    written.push(path);
  }
  return written;
}

/** A plan as it is kept: for every version of PostgreSQL, and without the paths of the machine that made it. */
function asKept(name: string, plan: Plan): Plan {
  const files = plan.files.map(({ sha256 }) => ({ path: name, sha256 }));
  return { ...plan, postgres: undefined, structure: undefined, files };
}
