import { describe, expect, test } from "vitest";
import { parseStatements } from "./parse.ts";

const nested: Readonly<Record<string, (count: number) => string>> = {
  parentheses: (count) => `select ${"(".repeat(count)}1${")".repeat(count)}`,
  "not not": (count) => `select ${"not ".repeat(count)}true`,
  "a long sum": (count) => `select 1${" + 1".repeat(count)}`,
  "a long disjunction": (count) => `select a${" or b".repeat(count)}`,
  casts: (count) => `select 1${"::int".repeat(count)}`,
  unions: (count) => `select 1${" union select 1".repeat(count)}`,
  "a long name": (count) => `select a${".b".repeat(count)}`,
  subqueries: (count) => `select ${"(select ".repeat(count)}1${")".repeat(count)}`,
  cases: (count) => `select ${"case when true then ".repeat(count)}1${" end".repeat(count)}`,
  joins: (count) => `select from a${" join b on true".repeat(count)}`,
  "comments in comments": (count) => `${"/*".repeat(count)}${"*/".repeat(count)} select 1`,
};

describe("nested a hundred thousand times, the parser takes it or says so, and reads on:", () => {
  test.each(Object.entries(nested))("%s", (_, text) => {
    let code: unknown = "read";
    try {
      parseStatements(text(100_000), "deep.sql");
    } catch (error) {
      ({ code } = error as { code: unknown });
    }
    expect(["read", "sql-does-not-parse", "sql-too-complex"]).toContain(code);
    expect(parseStatements("select 1; select 2", "next.sql")).toHaveLength(2);
  });
});

test.each([
  [1_000, "walked"],
  [2_000, "sql-too-complex"],
  [8_000, "sql-too-complex"],
])("a sum of %i terms is no crash for who walks its tree by recursion", (count, expected) => {
  const walk = (value: unknown): boolean =>
    typeof value !== "object" || value === null || Object.values(value).every((one) => walk(one));
  const outcome = (): unknown => {
    try {
      return walk(parseStatements(`select 1${" + 1".repeat(count)}`, "sum.sql")) && "walked";
    } catch (error) {
      return (error as { code: unknown }).code;
    }
  };
  expect(outcome()).toBe(expected);
});

test("a zero byte does not hide what stands behind it", () => {
  expect(() => parseStatements("select 1;\0 drop table orders", "zero.sql")).toThrow(
    expect.objectContaining({ code: "sql-not-text" }),
  );
});

test("lines are counted by the statements' first bytes, whatever characters stand before", () => {
  const text = "select '😀';\r\n\r\nselect\n2;";
  expect(parseStatements(text, "a.sql").map(({ line, sql }) => [line, sql])).toEqual([
    [1, "select '😀'"],
    [3, "select\n2"],
  ]);
});
