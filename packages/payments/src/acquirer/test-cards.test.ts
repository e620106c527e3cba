import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { luhnValid } from "../payments/card.ts";
import { behaviourOf, profileOf, testCards } from "./test-cards.ts";

test("every test card is documented with its number, and no other is", async () => {
  const file = new URL("../../../../docs/test-cards.md", import.meta.url);
  const rows = [...(await readFile(file, "utf8")).matchAll(/^\| `(\w+)` *\| ([0-9 ]+?) *\|/gm)];
  const documented = rows.map(([, name, number]) => [name, number?.replaceAll(" ", "")]);
  expect(Object.fromEntries(documented)).toEqual(testCards);
});

test("every number has a right check digit and stands for one behaviour", () => {
  const numbers = Object.values(testCards);
  expect(numbers.filter((number) => !luhnValid(number))).toEqual([]);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(profileOf("4242424242424241")).toBe(undefined);
  expect(profileOf("4111111111111111")).toBe("approved");
  expect(behaviourOf("declined")).toMatchObject({ code: "card_declined", authorisation: "given" });
});
