import { expect, test } from "vitest";
import type { ShipEvent } from "../ship/ship-event.ts";
import { ShipView } from "./ship-view.ts";

const progress = {
  type: "backfill-progress",
  step: "migrate-1",
  rowsSeen: 50_000,
  rowsFilled: 50_000,
  rowsTotal: 200_000,
  rowsPerSecond: 25_000,
  remainingMs: 6_000,
  batchRows: 1_200,
} as const;

const stepEnded = {
  type: "step-ended",
  kind: "ddl",
  elapsedMs: 20,
  attempts: 1,
  lockHeldMs: 2,
  rows: null,
} as const;

test("a phase is one line that changes, and stays as what it took", () => {
  const view = new ShipView();
  const lines: string[] = [];
  const take = (event: ShipEvent): void => {
    lines.push(...view.take(event), `now: ${view.line ?? ""}`);
  };
  take({ type: "phase-started", phase: "expand", steps: 2 });
  take({ ...stepEnded, phase: "expand", step: "expand-1", lockWaitMs: 12 });
  take({ type: "phase-ended", phase: "expand", elapsedMs: 230 });
  take({ type: "phase-started", phase: "migrate", steps: 2 });
  take(progress);
  take({ ...progress, rowsSeen: 200_000, remainingMs: 0 });
  const filled = { ...stepEnded, phase: "migrate", kind: "backfill", lockWaitMs: 0 } as const;
  take({ ...filled, step: "migrate-1", elapsedMs: 8_000, rows: 200_000 });
  // Rows that are only read are no part of the rate.
  take({ ...progress, type: "verify-progress", step: "migrate-2", rowsPerSecond: 2_000_000 });
  take({ ...filled, kind: "verify", step: "migrate-2", elapsedMs: 90, rows: null });
  take({ type: "phase-ended", phase: "migrate", elapsedMs: 8_100 });
  expect(lines).toMatchInlineSnapshot(`
    [
      "now:   expand    ░░░░░░░░░░░░  2 steps",
      "now:   expand    ██████░░░░░░  2 steps                               longest wait 12 ms",
      "  expand    ████████████  2 steps                       0.2 s   longest wait 12 ms",
      "now: ",
      "now:   migrate   ░░░░░░░░░░░░  2 steps",
      "now:   migrate   ███░░░░░░░░░  50,000 of 200,000        6.0 s left   25,000 rows/s",
      "now:   migrate   ███████████░  200,000 of 200,000       0.0 s left   25,000 rows/s",
      "now:   migrate   ███████████░  200,000 of 200,000       0.0 s left   25,000 rows/s",
      "now:   migrate   ██████░░░░░░  50,000 of 200,000        6.0 s left   2,000,000 rows/s",
      "now:   migrate   ████████████  50,000 of 200,000        6.0 s left   2,000,000 rows/s",
      "  migrate   ████████████  200,000 of 200,000            8.1 s   25,000 rows/s",
      "now: ",
    ]
  `);
});

test("whoever holds a lock, and whoever has still to go, is named", () => {
  const view = new ShipView();
  expect(
    view.take({
      type: "step-waiting",
      step: "expand-1",
      attempt: 1,
      reason: "lock-timeout",
      retryInMs: 100,
      blockers: [
        {
          pid: 4711,
          applicationName: "report@1",
          mode: "AccessShareLock",
          relation: "payments",
          ageMs: 12_400,
          activity: "select",
        },
      ],
    }),
  ).toEqual(["  expand-1 waits for process 4711 (report@1, select, for 12 s, AccessShareLock on payments)"]);
  expect(
    view.take({
      type: "versions-live",
      versions: [{ appVersion: "payments@2.2.0", pids: [1, 2], since: "2024-12-17T13:08:00.000Z" }],
      giveUpInMs: 300_000,
    }),
  ).toEqual([
    "  waiting for payments@2.2.0 (2 sessions since 2024-12-17T13:08:00.000Z, process 1, 2) to go, for 300.0 s more",
  ]);
});
