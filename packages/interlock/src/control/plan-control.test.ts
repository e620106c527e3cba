import { expect, test } from "vitest";
import { bundledMajor } from "../shadow/major.ts";
import { planEachMigration } from "./plan-control.ts";
import { readStoredPlans } from "./stored-plans.ts";

test("planning the migrations now gives the stored plans (else run: node scripts/plan-control.ts)", async () => {
  const stored = await readStoredPlans();
  const now = [];
  for await (const { plan } of planEachMigration()) now.push(plan);
  // The steps are for every version of PostgreSQL (INTERLOCK_POSTGRES=15 …); the name comes from the catalog of one.
  expect(stored.map(({ phases }) => phases)).toEqual(now.map(({ phases }) => phases));
  const onOther = now.some(({ postgres }) => postgres !== bundledMajor);
  expect(stored.map(({ id }) => id)).toEqual((onOther ? stored : now).map(({ id }) => id));
  expect(stored.map(({ files }) => files.map(({ sha256 }) => sha256))).toEqual(
    now.map(({ files }) => files.map(({ sha256 }) => sha256)),
  );
  // Every step can be taken back until contract.
  for (const { phases } of stored) {
    for (const { undo } of [...phases.expand, ...phases.migrate]) expect(undo).not.toBeNull();
  }
});
