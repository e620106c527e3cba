import { describe, expect, test } from "vitest";
import { restAfter } from "./retry-schedule.ts";

const middle = { statusCode: 500, scale: 1, random: 0.5 };

describe("the rests between attempts", () => {
  test("ten of them, which make up a day, each at least as long as the one before", () => {
    const rests = Array.from({ length: 10 }, (_, place) => restAfter({ ...middle, attempts: place + 1 }));
    expect(rests).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800]);
    const hours = rests.reduce<number>((sum, rest) => sum + (rest ?? 0), 0) / 3_600;
    expect(hours).toBeGreaterThan(22);
    expect(hours).toBeLessThan(26);
    expect(restAfter({ ...middle, attempts: 11 })).toBeUndefined();
  });

  test.each([
    [0, 4],
    [0.5, 5],
    [1, 6],
  ])("random %d makes the first one %d s", (random, seconds) => {
    expect(restAfter({ ...middle, attempts: 1, random })).toBeCloseTo(seconds);
  });

  test("scaled", () => {
    expect(restAfter({ ...middle, attempts: 2, scale: 0.01 })).toBeCloseTo(0.3);
  });

  test.each([0, 301, 400, 404, 429, 500, 503])("%d is tried again", (statusCode) => {
    expect(restAfter({ ...middle, attempts: 1, statusCode })).toBe(5);
  });

  test("410 never is", () => {
    expect(restAfter({ ...middle, attempts: 1, statusCode: 410 })).toBeUndefined();
  });
});
