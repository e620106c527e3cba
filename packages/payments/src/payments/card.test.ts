import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { luhnValid, readExpiry, traceOf } from "./card.ts";

describe("cards", () => {
  test("exactly one check digit is right", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{11,18}$/), (digits) => {
        const right = Array.from({ length: 10 }, (_, digit) => luhnValid(`${digits}${String(digit)}`));
        expect(right.filter(Boolean)).toHaveLength(1);
      }),
    );
  });

  test.each(["", "4242", "4242424242424241", "4242 4242 4242 4242", "a242424242424242"])(
    "%j is no card",
    (number) => {
      expect(luhnValid(number)).toBe(false);
    },
  );

  test.each([
    ["12/26", { expMonth: 12, expYear: 2026 }],
    ["06 / 2026", { expMonth: 6, expYear: 2026 }],
    ["05/26", undefined],
    ["13/30", undefined],
    ["1/30", undefined],
    ["", undefined],
  ])("expiry %j in June 2026", (text, expected) => {
    expect(readExpiry(text, new Date("2026-06-30T23:59:59Z"))).toEqual(expected);
  });

  test("a trace holds the last digits and the brand, and no more", () => {
    expect(traceOf({ number: "5555555555554444", expMonth: 1, expYear: 2030 })).toEqual({
      brand: "Mastercard",
      last4: "4444",
      expMonth: 1,
      expYear: 2030,
    });
  });
});
