import { expect, test } from "vitest";
import type { Running } from "../../workload/running/read-running.ts";
import type { Rehearsal, WorkloadResult } from "../rehearsal.ts";
import { runningGaps, runningLines, runningSource } from "./running.ts";

const running: Running = {
  workload: { format: "interlock-workload/1", app: "running", version: "shop", statements: [] },
  database: "shop",
  serverVersion: "16.4",
  extensionVersion: "1.10",
  entries: 3,
  since: "2026-11-01T10:30:00.000Z",
  leftOut: [{ reason: "transaction-control", what: "transaction control", count: 1 }],
  notUsable: [{ sql: "select odd($1) from orders", calls: 1, why: "42P18 no type" }],
  doesNotFit: [],
  missing: [],
  notes: [],
  connected: [{ applicationName: "shop@1", sessions: 2 }],
};

const none: Pick<WorkloadResult, "statements"> = { statements: [] };

function changing(relation: string, sql = "alter table x add y int"): Pick<Rehearsal, "changes"> {
  const step = { sql, line: 1, locks: [{ relation, mode: "AccessExclusiveLock" }], rewrites: [] };
  return { changes: [{ label: "1.sql", file: "1.sql", line: 1, steps: [step] }] } as unknown as Rehearsal;
}

test("a statement that can't be rehearsed leaves the verdict open where it names what the change touches", () => {
  expect(runningGaps(running, changing("public.orders"), none)).toEqual([
    "1 statement on what the change touches can't be rehearsed as pg_stat_statements shows it (select odd($1) from orders: 42P18 no type): record it",
  ]);
  expect(runningGaps(running, changing("public.customers"), none)).toEqual([]);
  expect(runningGaps(running, changing("public.customers", "create function f() …"), none)).toHaveLength(1);
});

test("a statement that the database takes and the baseline does not leaves it open, too", () => {
  const statement = { sql: "select note from orders", name: "select-orders" };
  const result = {
    statements: [{ home: { broken: { sqlstate: "42703", message: "no note" }, statement } }],
  } as unknown as WorkloadResult;
  const usable = { ...running, notUsable: [] };
  expect(runningGaps(usable, changing("public.orders"), result)).toEqual([
    "1 statement on what the change touches runs there and fails on the baseline (select note from orders: no note): give the database's own schema with --baseline URL",
  ]);
  expect(runningGaps(usable, changing("public.customers"), result)).toEqual([]);
});

test("what can't be seen leaves it open, whatever the change touches", () => {
  const missing = ["7 statements of other roles can't be seen: grant pg_monitor"];
  expect(runningGaps({ ...running, missing }, changing("public.customers"), none)).toEqual([
    `shop: ${missing[0] ?? ""}`,
  ]);
});

test("it is told in three lines, and in whole with --verbose", () => {
  const report = {
    ...runningSource(running),
    workloads: [{ app: "running", version: "shop", statements: 1 }],
  };
  expect(runningLines(report, { verbose: false })).toEqual([
    "running@shop: 1 statement that runs on shop (PostgreSQL 16.4), from 3 entries of pg_stat_statements, counted since 2026-11-01 10:30",
    "connected now: shop@1 (2)",
    "left out: 1 statement not usable (--verbose lists them)",
  ]);
  expect(runningLines(report, { verbose: true }).slice(2)).toEqual([
    "left out 1: transaction control",
    "not usable: select odd($1) from orders (42P18 no type)",
  ]);
  expect(runningLines({ workloads: [] }, { verbose: true })).toEqual([]);
});
