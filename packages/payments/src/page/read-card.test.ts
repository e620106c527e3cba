import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCard } from "./read-card.ts";

const now = new Date("2026-06-30T23:59:59Z");
const right = { card_number: "4242 4242 4242 4242", expiry: "06/26", cvv: "123" };
const amex = "378282246310005";

describe("the fields of the card form", () => {
  test.each([
    "4242424242424242",
    "4242-4242-4242-4242",
    " 4242\u00a04242 4242 4242 ",
    "４２４２4242 42424242",
  ])("%j is a card number", (typed) => {
    expect(readCard({ ...right, card_number: typed }, now)).toEqual({
      card: { number: "4242424242424242", expMonth: 6, expYear: 2026, cvv: "123" },
    });
  });

  test.each(["06/26", "6/26", "06/2026", "06 / 26", "06-26", "0626", "062026", "2026-06"])(
    "%j is an expiry date",
    (typed) => {
      expect(readCard({ ...right, expiry: typed }, now)).toMatchObject({
        card: { expMonth: 6, expYear: 2026 },
      });
    },
  );

  test.each([
    [{ card_number: "" }, { card_number: "numberMissing" }],
    [{ card_number: "4242 4242 4242 424x" }, { card_number: "numberNotDigits" }],
    [{ card_number: "4242 4242" }, { card_number: "numberLength" }],
    [{ card_number: "4".repeat(20) }, { card_number: "numberLength" }],
    [{ card_number: "4242 4242 4242 4241" }, { card_number: "numberWrong" }],
    [{ card_number: ["4242424242424242"] }, { card_number: "numberMissing" }],
    [{ expiry: undefined }, { expiry: "expiryMissing" }],
    [{ expiry: "13/28" }, { expiry: "expiryForm" }],
    [{ expiry: "00/28" }, { expiry: "expiryForm" }],
    [{ expiry: "626" }, { expiry: "expiryForm" }],
    [{ expiry: "soon" }, { expiry: "expiryForm" }],
    [{ expiry: "05/26" }, { expiry: "expiryPast" }],
    [{ cvv: "" }, { cvv: "codeMissing" }],
    [{ cvv: "12" }, { cvv: "codeThree" }],
    [{ cvv: "1234" }, { cvv: "codeThree" }],
    [{ card_number: amex }, { cvv: "codeFour" }],
    [
      { card_number: "4242", expiry: "1", cvv: "x" },
      { card_number: "numberLength", expiry: "expiryForm", cvv: "codeThree" },
    ],
  ])("%j: %j", (typed, problems) => {
    expect(readCard({ ...right, ...typed }, now)).toEqual({ problems });
  });

  test("the security code of American Express has four digits", () => {
    expect(readCard({ ...right, card_number: amex, cvv: "1234" }, now)).toMatchObject({
      card: { number: amex, cvv: "1234" },
    });
  });

  test("whatever is typed is either a card or named problems of named fields", () => {
    fc.assert(
      fc.property(
        fc.record({ card_number: fc.anything(), expiry: fc.string(), cvv: fc.string() }),
        (fields) => {
          const read = readCard(fields, now);
          const usable = "card" in read && /^[0-9]{12,19}$/.test(read.card.number);
          expect(usable || ("problems" in read && Object.keys(read.problems).length > 0)).toBe(true);
        },
      ),
    );
  });
});
