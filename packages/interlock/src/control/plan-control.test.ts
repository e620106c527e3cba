import { expect, test } from "vitest";
import { planEachMigration } from "./plan-control.ts";
import { readStoredPlans } from "./stored-plans.ts";

test("planning the migrations now gives the stored plans (else run: node scripts/plan-control.ts)", async () => {
  const stored = await readStoredPlans();
  const now = [];
  for await (const { plan } of planEachMigration()) now.push(plan);
  expect(stored.map(({ id, phases }) => ({ id, phases }))).toEqual(
    now.map(({ id, phases }) => ({ id, phases })),
  );
  expect(stored.map(({ files }) => files.map(({ sha256 }) => sha256))).toEqual(
    now.map(({ files }) => files.map(({ sha256 }) => sha256)),
  );
  // Every step can be taken back until contract.
  for (const { phases } of stored) {
    for (const { undo } of [...phases.expand, ...phases.migrate]) expect(undo).not.toBeNull();
  }
});
