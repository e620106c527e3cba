import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Failure } from "../../std/failure.ts";
import { matchesScope } from "./matches-scope.ts";
import { parseScope } from "./parse-scope.ts";
import { printScope } from "./print-scope.ts";
import { scopeKeys, type ScopeSubject } from "./scope.ts";

const subject: ScopeSubject = {
  environment: "production",
  apps: ["payments"],
  kinds: ["rename-column", "create-index"],
  tables: ["public.payments", 'billing."My.table"'],
  orders: ["split"],
  ways: ["structure"],
};

test.each([
  ["env=production", true],
  ["env=staging", false],
  ["env=*", true],
  ["env=prod*", true],
  ["env!=staging", true],
  ["env!=production", false],
  ["env!=*", false],
  ["kind=rename-column", true],
  ["kind=drop-column", false],
  ["kind=drop-column,rename-column", true],
  ["kind=rename-*", true],
  ["kind!=create-index", true],
  ["kind!=create-index,rename-column", false],
  ["table=public.payments", true],
  ["table=payments", true],
  ["table=pay*", true],
  ["table=billing.*", true],
  ['table="My.table"', true],
  ['table=billing."My.table"', true],
  ["table=ayments", false],
  ["table=My.table", true],
  ['table="My table"', false],
  ["app=payments table=public.payments", true],
  ["app=shop table=public.payments", false],
  ["  env=production   kind=rename-column ", true],
  ["order=split", true],
  ["order=app-first,split to=structure", true],
  ["order!=any", true],
  ["order=any", false],
  ["order=s*", true],
  ["to=expand,contract", false],
  ["to!=structure", false],
  ["order=split to=structure env=staging", false],
])("the scope %s", (text, expected) => {
  expect(matchesScope(parseScope(text), subject)).toBe(expected);
});

test("words about kinds and tables take no release, words about apps and environments do", () => {
  const nothing = { kinds: [], tables: [], orders: [], ways: [] };
  const release: ScopeSubject = { environment: "production", apps: ["payments"], ...nothing };
  expect(matchesScope(parseScope("kind=*"), release)).toBe(false);
  expect(matchesScope(parseScope("order!=any"), release)).toBe(false);
  expect(matchesScope(parseScope("to=*"), release)).toBe(false);
  expect(matchesScope(parseScope("table!=public.audit"), release)).toBe(false);
  expect(matchesScope(parseScope("env=production app=payments"), release)).toBe(true);
});

test.each([
  ["", "without a word"],
  ["   ", "without a word"],
  ["kind", '"kind" is no word'],
  ["kind=", '"kind=" holds an empty value'],
  ["kind=rename-column,", "holds an empty value"],
  ["colour=red", '"colour=red": there is nothing called colour'],
  ["table=a*b", '"table=a*b": a star'],
  ["kind=rename-colum", '"kind=rename-colum": there is no kind'],
  ["kind=zz*", "there is no kind"],
  ["order=splitt", '"order=splitt": there is no order splitt'],
  ["to=rollback", "there is no way rollback"],
  ['table="open', "a quotation mark is not closed"],
  ["KIND=rename-column", "is no word"],
])("the scope %o is refused, with the word", (text, message) => {
  expect(() => parseScope(text)).toThrow(message);
  expect(() => parseScope(text)).toThrow(Failure);
});

test("printing is canonical, and reads back the same", () => {
  const value = fc.stringMatching(/^[a-z0-9_.-]{1,8}\*?$/);
  const word = fc
    .tuple(
      fc.constantFrom(...scopeKeys.filter((key) => !["kind", "order", "to"].includes(key))),
      fc.boolean(),
      fc.array(value, { minLength: 1 }),
    )
    .map(([key, isNegated, values]) => `${key}${isNegated ? "!=" : "="}${values.join(",")}`);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const printed = printScope(parseScope(words.join(" ")));
      expect(printScope(parseScope(printed))).toBe(printed);
      expect(printScope(parseScope(words.toReversed().join("   ")))).toBe(printed);
    }),
  );
});

function outcomeOf(text: string): unknown {
  try {
    return matchesScope(parseScope(text), subject);
  } catch (error) {
    return error instanceof Failure ? "refused" : error;
  }
}

test("whatever is written, it is read or refused", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect([true, false, "refused"]).toContain(outcomeOf(text));
    }),
  );
});
