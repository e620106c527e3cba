import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { parseStatements } from "../sql/parse.ts";
import { mentions } from "./mentions.ts";
import { planTestChange } from "./testing-change.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

test("a plan knows what contract takes away, which statements that breaks, and which it does not", async () => {
  const { plan } = await planTestChange(shadow, {
    before:
      "create table t (id bigint primary key, a integer default 1, b text); create table u (a integer, t bigint); create table gone (id bigint)",
    migration:
      "alter table t drop column a; alter table t rename column b to bb; alter table t add column c integer; update t set c = 0; alter table t alter c set not null; drop table gone",
    old: [
      "select a from t where id = $1",
      "select id from t",
      "select id from gone",
      "insert into t (id) values ($1)",
      "select u.a from u join t on t.id = u.t",
    ],
    new: [
      "select u.a from u join t on t.id = u.t",
      "insert into t (id, c) values ($1, $2)",
      "select bb from t",
    ],
  });
  expect(plan.evidence).toEqual({
    gone: [
      { table: { schema: "public", name: "gone" }, column: null },
      { table: { schema: "public", name: "t" }, column: "a" },
      { table: { schema: "public", name: "t" }, column: "b" },
    ],
    retired: [
      { version: "app@1", statement: "s1", sql: "select a from t where id = $1", sqlstate: "42703" },
      { version: "app@1", statement: "s3", sql: "select id from gone", sqlstate: "42P01" },
      { version: "app@1", statement: "s4", sql: "insert into t (id) values ($1)", sqlstate: "23502" },
    ],
    kept: ["select u.a from u join t on t.id = u.t"],
  });
});

test.each([
  ["select a from t", true],
  ["select x.a from other.t as x", false],
  ["select x.a from public.t as x", true],
  ["select b from t", false],
  ["select * from t", false],
  ["with x as (select a from t) select 1", true],
  ["insert into t (id, a) values ($1, $2)", true],
  ["insert into t (id) values ($1) on conflict (a) do nothing", true],
  ["insert into t (id) values ($1)", false],
  ["update t set a = $1", true],
  ["update u set a = $1", false],
  ["delete from t where a = $1", true],
  ["delete from t using u where u.id = t.a", true],
  ["copy t (id, a) from stdin", true],
  ["copy t from stdin", false],
  ["merge into t using u on u.id = t.id when matched then update set a = 1", true],
  ["select id from t order by a", true],
])("%s names the column: %s", (sql, expected) => {
  const nodes = parseStatements(sql, "a test").map(({ node }) => node);
  expect(mentions(nodes, { table: { schema: "public", name: "t" }, column: "a" })).toBe(expected);
});
