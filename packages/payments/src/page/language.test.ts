import { describe, expect, test } from "vitest";
import { formatAmount, formatMoment } from "./format.ts";
import { chooseLanguage } from "./language.ts";

describe("the language of a page", () => {
  test.each([
    [{}, "en"],
    [{ accepted: "de-DE,de;q=0.9" }, "en"],
    [{ accepted: "de,it;q=0.5,fr;q=0.8" }, "fr"],
    [{ accepted: "it-CH, fr;q=0.9" }, "it"],
    [{ accepted: "fr;q=0, it;q=0.1" }, "it"],
    [{ accepted: "it", billing: "fr" }, "fr"],
    [{ accepted: "it", billing: "FR-ca" }, "fr"],
    [{ accepted: "it", billing: "de" }, "it"],
    [{ accepted: "it", billing: 7 }, "it"],
    [{ accepted: "it", billing: "fr", cookie: "en" }, "en"],
    [{ accepted: "it", billing: "fr", cookie: "en", query: "it" }, "it"],
    [{ billing: "fr", query: ["it", "en"] }, "fr"],
    [{ billing: "fr", query: "<script>" }, "fr"],
  ])("%j: %s", (wishes, expected) => {
    expect(chooseLanguage(wishes)).toBe(expected);
  });
});

/** Spaces in amounts and dates are no-break ones of one kind or another. */
function plain(text: string): string {
  return text.replaceAll(/\s/g, " ");
}

describe("amounts and moments", () => {
  test.each([
    ["fr", 99, "0,99 €"],
    ["fr", 2_000_000, "20 000,00 €"],
    ["en", 2_000_000, "€20,000.00"],
    ["it", 2_000_000, "20.000,00 €"],
  ] as const)("in %s, %d cents are %s", (language, amountCents, expected) => {
    expect(plain(formatAmount(language, { amountCents, currency: "EUR" }))).toBe(expected);
  });

  test.each([
    ["fr", "17 décembre 2024 à 14:17"],
    ["en", "17 December 2024 at 14:17"],
    ["it", "17 dicembre 2024 alle ore 14:17"],
  ] as const)("in %s, a moment is %s", (language, expected) => {
    expect(plain(formatMoment(language, Date.parse("2024-12-17T13:17:00Z") / 1_000))).toBe(expected);
  });
});
