import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amountOf, centsOf } from "./amount.ts";

describe("amounts of Nexo", () => {
  test("any number of cents comes back from its decimal text, whichever way it is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000_00 }), (cents) => {
        const text = `${String(Math.trunc(cents / 100))}.${String(cents % 100).padStart(2, "0")}`;
        expect(centsOf(JSON.parse(text) as number)).toBe(cents);
        expect(centsOf(JSON.parse(JSON.stringify(amountOf(cents))) as number)).toBe(cents);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a third decimal place is never rounded away", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000_000 }), fc.integer({ min: 1, max: 9 }), (cents, digit) => {
        const text = `${String(Math.trunc(cents / 100))}.${String(cents % 100).padStart(2, "0")}${String(digit)}`;
        expect(centsOf(Number(text))).toBe(undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [1.1, 110],
    [19.99, 1999],
    [0.29, 29],
    [1.005, undefined],
    [0.1 + 0.2, undefined],
    [1.1 * 3, undefined],
    [4.35 * 100, undefined],
  ])("%d is %s cents", (amount, cents) => {
    expect(centsOf(amount)).toBe(cents);
  });
});
