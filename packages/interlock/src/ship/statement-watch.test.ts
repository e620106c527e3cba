import { expect, test } from "vitest";
import { stillRunning, watchStatements, type StatementLook, type StatementWatch } from "./statement-watch.ts";

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const look = (
  seconds: number,
  calls: Record<string, number>,
  facts: Partial<StatementLook> = {},
): StatementLook => ({
  at: at(seconds),
  resetAt: at(-100),
  dropped: 0,
  statements: Object.entries(calls).map(([key, count]) => ({
    key,
    role: "app",
    sql: "select is_paid from payments",
    named: null,
    because: "payments.is_paid",
    calls: count,
  })),
  ...facts,
});
const watchOf = (...looks: StatementLook[]): StatementWatch => {
  let watch: StatementWatch | undefined;
  for (const each of looks) watch = watchStatements(watch, each);
  if (watch === undefined) throw new Error("at least one look");
  return watch;
};
const running = (watch: StatementWatch, quietMs = 10_000): [string, string][] =>
  stillRunning(watch, quietMs).map(({ statement, since }) => [statement.key, since]);

test("a statement that was there before the first look may have run just now", () => {
  expect(running(watchOf(look(0, { a: 5 })))).toEqual([["a", at(0)]]);
  expect(running(watchOf(look(0, { a: 5 }), look(9, { a: 5 })))).toEqual([["a", at(0)]]);
  expect(running(watchOf(look(0, { a: 5 }), look(10, { a: 5 })))).toEqual([]);
});

test("one that no look has ever seen is nothing to wait for", () => {
  expect(running(watchOf(look(0, {})))).toEqual([]);
});

test("a count that has grown counts from the look that saw it", () => {
  const watch = watchOf(look(0, { a: 5, b: 1 }), look(60, { a: 6, b: 1 }), look(65, { a: 6, b: 1 }));
  expect(running(watch)).toEqual([["a", at(60)]]);
  expect(running(watchStatements(watch, look(70, { a: 6, b: 1 })))).toEqual([]);
});

test("one that comes later was called since", () => {
  expect(running(watchOf(look(0, {}), look(60, { a: 1 })))).toEqual([["a", at(60)]]);
});

test.each([
  ["a smaller count", look(60, { a: 3 })],
  ["a reset, whatever the count", look(60, { a: 5 }, { resetAt: at(30) })],
  ["a reset and a greater count", look(60, { a: 9 }, { resetAt: at(30) })],
])("begins anew after %s", (_, later) => {
  expect(running(watchOf(look(0, { a: 5 }), later))).toEqual([["a", at(60)]]);
});

test("one that was dropped and comes back was called since", () => {
  const gone = watchOf(look(0, { a: 5 }), look(30, {}));
  expect(running(gone)).toEqual([]);
  expect(running(watchStatements(gone, look(60, { a: 1 })))).toEqual([["a", at(60)]]);
});

test("a reset without calls since is quiet", () => {
  expect(running(watchOf(look(0, { a: 5 }), look(60, {}, { resetAt: at(30) })))).toEqual([]);
});

test("says when entries were dropped in between", () => {
  expect(watchOf(look(0, {}, { dropped: 3 })).hasGaps).toBe(false);
  expect(watchOf(look(0, {}, { dropped: 3 }), look(1, {}, { dropped: 4 })).hasGaps).toBe(true);
  expect(watchOf(look(0, {}, { dropped: 3 }), look(1, {}, { dropped: 4, resetAt: at(0) })).hasGaps).toBe(
    false,
  );
});
