import { readdir, readFile } from "node:fs/promises";
import { planSchema, type Plan } from "../plan/plan.ts";

const migrations = new URL("./migrations/", import.meta.url);

/** The plans of the control database's migrations, in order, as `scripts/plan-control.ts` made and proved them. */
export async function readStoredPlans(): Promise<Plan[]> {
  const names = (await readdir(migrations)).filter((name) => name.endsWith(".plan.json")).toSorted();
  return Promise.all(
    names.map(async (name) =>
      planSchema.parse(JSON.parse(await readFile(new URL(name, migrations), "utf8"))),
    ),
  );
}
