import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { readWorkload } from "../workload/read.ts";
import { planChange } from "./plan-change.ts";
import { outline } from "./testing-change.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

test("the 17 December change is planned and proved under the recorded workloads", async () => {
  const payments = join(import.meta.dirname, "../../../payments");
  const change = join(payments, "changes/01-paid-refunded-to-status");
  const workload = (version: string): ReturnType<typeof readWorkload> =>
    readWorkload(join(change, "workloads", `${version}.json`));
  const terminals = await workload("terminals@1.0.0");
  const { plan, proof } = await planChange({
    migrations: [join(change, "migration.sql")],
    baseline: [join(payments, "migrations")],
    old: [await workload("payments@2.2.0"), terminals],
    new: [await workload("payments@2.3.0"), terminals],
    shadow,
  });
  expect(outline(plan)).toEqual([
    "expand-1 ddl: add column payments.status text",
    "expand-2 ddl: sync payments: is_paid, is_refunded ⇄ status",
    "migrate-1 backfill: fill payments.status",
    "migrate-2 verify: payments.status is never null",
    "migrate-3 verify: every row fits payments_status_check",
    "contract-1 ddl: payments.status is never null: check for new rows; payments: check payments_status_check",
    "contract-2 validate: payments.status is never null: read every row once",
    "contract-3 validate: payments: check payments_status_check: read every row once",
    "contract-4 ddl: drop the sync, payments.is_paid, payments.is_refunded; payments.status not null",
  ]);
  expect(proof.broken).toBe(0);
  // A version that stays takes no side: only what is new may decide who wrote a row.
  const sync = plan.phases.expand[1];
  const text = sync?.kind === "ddl" ? sync.statements.join("\n") : "";
  expect(text).toContain("current_setting('application_name') in ('payments@2.3.0')");
});
