import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { believe } from "./believe.ts";
import { Lateness } from "./lateness.ts";
import { nextSlot } from "./next-slot.ts";

test("turns come at even intervals for ever, whenever it is asked, and none twice", () => {
  const interval = fc.integer({ min: 1_000, max: 3_600_000 });
  fc.assert(
    fc.property(
      interval,
      fc.string(),
      fc.integer({ min: 0, max: 2e12 }),
      fc.nat(10_000_000),
      (intervalMs, key, from, later) => {
        const first = nextSlot({ intervalMs, key, after: from });
        expect(first.at).toBeGreaterThan(from);
        expect(first.at - from).toBeLessThanOrEqual(intervalMs);
        const second = nextSlot({ intervalMs, key, after: first.at });
        expect(second).toEqual({ number: first.number + 1, at: first.at + intervalMs });
        // However long a run took, what comes next is on the same beat: turns are left out, never put off.
        const next = nextSlot({ intervalMs, key, after: first.at + later });
        expect((next.at - first.at) % intervalMs).toBe(0);
      },
    ),
  );
});

describe("a worker's own lateness", () => {
  test("is the worst of its clockwork since a moment, what is late now included", () => {
    let now = 0;
    const lateness = new Lateness(() => now);
    lateness.tick();
    now = 50;
    lateness.tick();
    expect(lateness.worstSince(0)).toBe(0);
    now = 900;
    expect(lateness.worstSince(0)).toBe(800);
    lateness.tick();
    now = 950;
    lateness.tick();
    expect(lateness.worstSince(0)).toBe(800);
    expect(lateness.worstSince(901)).toBe(0);
  });

  test("makes failures unknown that it may have made itself, and no others", () => {
    const timeout = {
      outcome: "failed",
      latencyMs: 1_000,
      errorKind: "timeout",
      error: "no answer",
    } as const;
    const settings = { timeoutMs: 1_000 };
    expect(believe(timeout, { ...settings, lateMs: 100 }).outcome).toBe("failed");
    expect(believe(timeout, { ...settings, lateMs: 400 })).toMatchObject({
      outcome: "unknown",
      errorKind: "late-worker",
    });
    expect(believe({ ...timeout, errorKind: "status" }, { ...settings, lateMs: 9_000 }).outcome).toBe(
      "failed",
    );
    expect(
      believe({ ...timeout, outcome: "ok", errorKind: null }, { ...settings, lateMs: 9_000 }).outcome,
    ).toBe("ok");
  });
});
