import { expect, test } from "vitest";
import { migrationsOf } from "./read.ts";
import { splitHistory } from "./split-history.ts";

const files = (...names: string[]): { path: string; text: string }[] =>
  names.map((name) => ({ path: `db/${name}`, text: "" }));
const plain = files("0040_a.sql", "0041_b.sql", "0042_c.sql", "0420_d.sql");

function split(since: string, until?: string): string {
  const { baseline, change } = splitHistory(plain, { since, until });
  return [baseline, change].map((part) => part.map(({ path }) => path.slice(3, 7)).join(" ")).join(" | ");
}

test.each(["db/0041_b.sql", "./db/0041_b.sql", "0041_b.sql", "0041", "41", "0041_b"])(
  "%s names the second of four",
  (since) => expect(split(since)).toBe("0040 0041 | 0042 0420"),
);

test("the last of the change can be named as well", () => {
  expect(split("0040", "0042")).toBe("0040 | 0041 0042");
});

test.each([
  ["4", undefined, "migration-not-found"],
  ["042", undefined, "migration-not-found"],
  ["0043", undefined, "migration-not-found"],
  ["0420", undefined, "nothing-to-check"],
  ["0041", "0041", "nothing-to-check"],
  ["0041", "0040", "nothing-to-check"],
])("--since %s --until %s is refused", (since, until, code) => {
  expect(() => split(since, until)).toThrow(expect.objectContaining({ code }));
});

test("a version that two migrations have is refused", () => {
  const twice = files("1_a.sql", "1_b.sql", "2_c.sql");
  expect(() => splitHistory(twice, { since: "1" })).toThrow(
    expect.objectContaining({ code: "migration-ambiguous", message: "1 may be 1_a.sql or 1_b.sql." }),
  );
  expect(splitHistory(twice, { since: "1_b" }).change).toHaveLength(1);
});

test.each([
  [["V1__a.sql", "V1.1__b.sql", "V2__c.sql"], "1.1"],
  [["1/migration.sql", "20240102_b/migration.sql", "3/migration.sql"], "20240102_b"],
  [["1/migration.sql", "20240102_b/migration.sql", "3/migration.sql"], "db/20240102_b"],
])("the layout %j is understood by %s", (names, since) => {
  expect(splitHistory(files(...names), { since }).change.map(({ path }) => path)).toEqual([
    `db/${names[2] ?? ""}`,
  ]);
});

test("what it returns can be read as migrations", () => {
  expect(migrationsOf(splitHistory(plain, { since: "41" }).change)).toHaveLength(2);
});
