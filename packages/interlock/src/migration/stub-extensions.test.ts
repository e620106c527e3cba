import { expect, test } from "vitest";
import { migrationsOf } from "./read.ts";
import { stubExtensions } from "./stub-extensions.ts";

function stubbed(text: string, extensions: readonly string[], withStandIns = false): string {
  const [migration] = migrationsOf([{ path: "0001_places.sql", text }]);
  if (migration === undefined) throw new Error("one file is one migration");
  return stubExtensions(migration, { extensions, withStandIns }).migration.text;
}

test.each([
  ["create extension", "create extension postgis;\nselect 1;", ";\nselect 1;"],
  ["in a schema", "create extension if not exists postgis with schema geo;", ";"],
  ["a comment on it", "comment on extension postgis is 'x';", ";"],
  ["alter extension", "alter extension postgis update; alter extension postgis set schema x;", "; ;"],
  ["drop extension", "drop extension if exists postgis cascade;", ";"],
  ["an index of a method that nobody has", "create index on t using hnsw (a);", ";"],
  ["an index that the stand-in can't have", "create index on t using gist (geom);", ";"],
])("leaves out %s", (_, text, left) => {
  expect(stubbed(text, ["postgis"])).toBe(left);
});

test.each([
  "create extension citext;",
  "drop extension postgis, citext;",
  "create index on t using gin (words);",
  "comment on table t is 'create extension postgis';",
  "do $$ begin execute 'create extension postgis'; end $$;",
])("leaves alone: %s", (text) => {
  expect(stubbed(text, ["postgis"])).toBe(text);
});

test("lines keep their numbers, and what was left out is named with its line", () => {
  const text =
    "create table a (b int);\n\ncreate extension\n  postgis\n  cascade;\ncreate table c (d int);\n";
  const [migration] = migrationsOf([{ path: "0001_places.sql", text }]);
  if (migration === undefined) throw new Error("one file is one migration");
  const { migration: left, passedOver } = stubExtensions(migration, {
    extensions: ["postgis"],
    withStandIns: false,
  });
  expect(left.statements.map(({ line }) => line)).toEqual([1, 6]);
  expect(passedOver).toEqual([{ path: "0001_places.sql", line: 3, extension: "postgis" }]);
});

test("what only mentions it in a text before is left as it is", () => {
  const mention = "select 'create extension postgis';";
  expect(stubbed(`${mention} create extension postgis;`, ["postgis"])).toBe(`${mention} ;`);
});

test("a stand-in is created where there is one, in the schema that was asked for", () => {
  expect(stubbed('create extension postgis schema "Geo";', ["postgis"], true)).toBe(
    'create extension if not exists "interlock_stand_in_postgis" schema "Geo";',
  );
  expect(stubbed("create extension timescaledb;", ["timescaledb"], true)).toBe(";");
});
